/** An address space at one moment: what is mapped where, and whose it is. Pure. */

/** What a mapping is. As the linker has it, and what only the kernel's list tells: devices. */
export const MAPPING_KINDS = [
  "image",
  "file",
  "device",
  "guest",
  "anonymous",
  "heap",
  "break",
  "stack",
  "shared",
  "reserved",
  "linker",
  "kernel",
] as const;

export type MappingKind = (typeof MAPPING_KINDS)[number];

/** A mapping; addresses in bytes. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly kind: MappingKind;
  /** Whose it is: the name of an image or a file, else its kind in words. */
  readonly owner: string;
  /** "rw-p" as in /proc/PID/maps; empty where that is not known. */
  readonly permissions: string;
  /** Why it is where it is; only a trace tells. */
  readonly reason?: string;
}

/** A range of addresses. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

/** All mappings of a process, in ascending order. */
export interface AddressSpace {
  readonly title: string;
  readonly mappings: readonly Mapping[];
  /** The end of what the process can use: 4 GiB, or 128 TiB. */
  readonly end: number;
}

const GiB4 = 2 ** 32;
const USER_64 = 2 ** 47;

/** The address space of these mappings; what they reach up to tells its size. */
export function addressSpace(title: string, mappings: readonly Mapping[]): AddressSpace {
  const inUserSpace = mappings.filter(({ end }) => end <= USER_64);
  const sorted = [...inUserSpace].sort((a, b) => a.start - b.start);
  const highest = sorted.at(-1)?.end ?? 0;
  return { title, mappings: sorted, end: highest > GiB4 ? USER_64 : GiB4 };
}

/** What one owner has. */
export interface Holding {
  readonly kind: MappingKind;
  readonly owner: string;
  readonly bytes: number;
  readonly mappings: number;
}

/** Who has how much, the largest first. */
export function holdings(mappings: readonly Mapping[]): readonly Holding[] {
  const byOwner = new Map<string, Holding>();
  for (const { kind, owner, start, end } of mappings) {
    const key = `${kind} ${owner}`;
    const before = byOwner.get(key) ?? { kind, owner, bytes: 0, mappings: 0 };
    byOwner.set(key, {
      ...before,
      bytes: before.bytes + end - start,
      mappings: before.mappings + 1,
    });
  }
  return [...byOwner.values()].sort((a, b) => b.bytes - a.bytes);
}

/** What one reason has put somewhere. */
export interface Placed {
  readonly reason: string;
  readonly bytes: number;
  readonly mappings: number;
}

/** What each reason has placed, the most first; empty where no reason is known. */
export function placements(mappings: readonly Mapping[]): readonly Placed[] {
  const byReason = new Map<string, Placed>();
  for (const { reason, start, end } of mappings) {
    if (reason === undefined) continue;
    const { bytes, mappings: count } = byReason.get(reason) ?? { bytes: 0, mappings: 0 };
    byReason.set(reason, { reason, bytes: bytes + end - start, mappings: count + 1 });
  }
  return [...byReason.values()].sort((a, b) => b.bytes - a.bytes);
}

/** Bytes of each kind that is there, in the order of MAPPING_KINDS. */
export function bytesByKind(
  mappings: readonly Mapping[],
): readonly (readonly [MappingKind, number])[] {
  return MAPPING_KINDS.map((kind) => {
    const own = mappings.filter((mapping) => mapping.kind === kind);
    return [kind, own.reduce((sum, { start, end }) => sum + end - start, 0)] as const;
  }).filter(([, bytes]) => bytes > 0);
}
