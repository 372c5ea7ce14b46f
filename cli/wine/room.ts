/**
 * What of a Windows process's address space is native, and what VirtualAlloc could still give, told from /proc/PID/smaps.
 * Pure. Windows itself is not asked, so what a mapping is comes from where it begins: wine begins all it gives to the
 * program at multiples of 64 KiB, the kernel what it places for others at any page.
 */

import {
  type AddressSpace,
  addressSpace,
  type Block,
  type Mapping,
} from "../space/address-space.ts";
import { freeBlocks, LOWEST } from "../space/free-space.ts";
import { parseMaps } from "../space/maps-file.ts";

/** The figures. Sizes are bytes. */
export interface Room {
  readonly nativeBelow2GiB: number;
  /** What VirtualAlloc could still give in all, and at once; of a 64-bit program, below 4 GiB. */
  readonly free: number;
  readonly largest: number;
}

const GiB = 2 ** 30;
const GRANULARITY = 1 << 16;
/** wine keeps address space for the program below and above of these (`virtual_release_address_space`). */
const RELEASED: Block = { start: 0x20000000, end: 0x7f000000 };
/** What malloc keeps for one of its arenas is smaller, in 32 bits. */
const LARGEST_ARENA = 16 << 20;
/** Shared with all Windows programs, and wine's own page behind: nothing native. */
const SHARED_PAGES = 0x7ffe0000;
const WINDOWS_FILE = /\.(exe|dll|drv|sys|ocx|cpl|acm|ax|nls|tlb|mui)$/i;

/** A list of mappings with the flags of each (smaps). */
export interface ProcessSpace extends AddressSpace {
  /** Where mappings begin that were made without reserving memory for them. */
  readonly unreserved: ReadonlySet<number>;
}

/** Reads the text of /proc/PID/smaps. */
export function processSpace(title: string, text: string): ProcessSpace {
  const unreserved = new Set<number>();
  let start = 0;
  for (const line of text.split("\n")) {
    const head = /^([0-9a-f]+)-[0-9a-f]+ /.exec(line);
    if (head !== null) start = Number.parseInt(head[1] ?? "", 16);
    if (/^VmFlags:.* nr\b/.test(line)) unreserved.add(start);
  }
  return { ...addressSpace(title, parseMaps(text)), unreserved };
}

/** @param limit the end of what the program can be given: 2 or 4 GiB */
export function roomOf(space: ProcessSpace, limit: number): Room {
  const kept = space.mappings.filter((mapping) => isKept(mapping, space));
  const blocks = [...freeBlocks(space.mappings, LOWEST, limit), ...kept]
    .map(({ start, end }) => ({
      start: Math.ceil(start / GRANULARITY) * GRANULARITY,
      end: Math.floor(Math.min(end, limit) / GRANULARITY) * GRANULARITY,
    }))
    .map(({ start, end }) => Math.max(0, end - start));
  return {
    nativeBelow2GiB: bytes(nativeIn(space).filter(({ start }) => start < 2 * GiB)),
    free: blocks.reduce((sum, size) => sum + size, 0),
    largest: Math.max(0, ...blocks),
  };
}

/**
 * Kept by wine for the program, which has not got it yet: what the program has reserved is mapped in another way. Between
 * the bounds there are such mappings of native things too (malloc's arenas), but only before wine releases that range
 * large ones.
 */
function isKept({ kind, start, end }: Mapping, { unreserved }: ProcessSpace): boolean {
  if (kind !== "reserved" || !unreserved.has(start)) return false;
  return end <= RELEASED.start || start >= RELEASED.end || end - start >= LARGEST_ARENA;
}

/** What is not the program's, and not address space alone. */
export function nativeIn(space: ProcessSpace): readonly Mapping[] {
  const native: Mapping[] = [];
  let before: { readonly end: number; readonly isNative: boolean } = { end: 0, isNative: false };
  for (const mapping of space.mappings) {
    const { start, end, kind, owner } = mapping;
    const isNative = isNamed(mapping)
      ? !WINDOWS_FILE.test(owner) && (kind !== "file" || start % GRANULARITY !== 0)
      : kind === "break" || (start === before.end ? before.isNative : start % GRANULARITY !== 0);
    before = { end, isNative };
    const counts = kind !== "reserved" && kind !== "kernel";
    if (isNative && counts && !(start >= SHARED_PAGES && end <= 2 * GiB)) native.push(mapping);
  }
  return native;
}

function isNamed({ kind }: Mapping): boolean {
  return kind === "image" || kind === "file" || kind === "device" || kind === "shared";
}

function bytes(mappings: readonly Mapping[]): number {
  return mappings.reduce((sum, { start, end }) => sum + end - start, 0);
}
