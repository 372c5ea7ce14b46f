/** The free space of an address space, and how splintered it is. Pure. */
import type { AddressSpace, Block, Mapping } from "./address-space.ts";

/** No mapping lies below: vm.mmap_min_addr. */
export const LOWEST = 64 << 10;
const GiB = 2 ** 30;

/** The free blocks of [low, high), in ascending order. */
export function freeBlocks(
  mappings: readonly Mapping[],
  low: number,
  high: number,
): readonly Block[] {
  const blocks: Block[] = [];
  let at = low;
  for (const { start, end } of mappings) {
    if (Math.min(start, high) > at) blocks.push({ start: at, end: Math.min(start, high) });
    at = Math.max(at, end);
  }
  if (at < high) blocks.push({ start: at, end: high });
  return blocks;
}

/** The free space below a limit. */
export interface FreeSpace {
  /** "below 2 GiB", "overall". */
  readonly name: string;
  readonly limit: number;
  readonly total: number;
  readonly blocks: number;
  /** The largest block; empty where nothing is free. */
  readonly largest: Block;
  /** 1 - largest/total: 0 when all that is free is in one piece. */
  readonly index: number;
}

/** The free space below `limit`. */
export function freeSpaceBelow(space: AddressSpace, name: string, limit: number): FreeSpace {
  const blocks = freeBlocks(space.mappings, LOWEST, limit);
  const largest = blocks.reduce(
    (most, block) => (block.end - block.start > most.end - most.start ? block : most),
    { start: LOWEST, end: LOWEST },
  );
  const total = blocks.reduce((sum, { start, end }) => sum + end - start, 0);
  const index = total === 0 ? 0 : 1 - (largest.end - largest.start) / total;
  return { name, limit, total, blocks: blocks.length, largest, index };
}

/** The free space below 2, 3 and 4 GiB, and in all. */
export function freeSpaces(space: AddressSpace): readonly FreeSpace[] {
  const limits = [2, 3, 4].map((count) => [`below ${count} GiB`, count * GiB] as const);
  const overall = space.end > 4 * GiB ? [["overall", space.end] as const] : [];
  return [...limits, ...overall].map(([name, limit]) => freeSpaceBelow(space, name, limit));
}
