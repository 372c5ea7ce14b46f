/** How true it is what VirtualQuery says of free address space: its answers against the process's mappings. Pure. */

import type { Block } from "../../../cli/space/address-space.ts";

/** Sums in bytes, below the end of what a Windows program can use. */
export interface Truth {
  /** What VirtualQuery calls free. */
  readonly said: number;
  /** What nothing is mapped in. */
  readonly real: number;
  /** Free as it says, though something is mapped there. */
  readonly taken: number;
  /** Not free as it says, though nothing is mapped there. */
  readonly withheld: number;
}

const total = (blocks: readonly Block[]) =>
  blocks.reduce((sum, { start, end }) => sum + end - start, 0);

function overlap(left: readonly Block[], right: readonly Block[]): number {
  return total(
    left.flatMap((a) =>
      right
        .map((b) => ({ start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) }))
        .filter(({ start, end }) => start < end),
    ),
  );
}

/** What lies between mappings, up to `end`. */
function between(mappings: readonly Block[], end: number): readonly Block[] {
  const sorted = [...mappings].sort((a, b) => a.start - b.start);
  const starts = [0, ...sorted.map((mapping) => mapping.end)];
  const ends = [...sorted.map((mapping) => mapping.start), end];
  return starts
    .map((start, i) => ({ start, end: Math.min(ends[i] ?? end, end) }))
    .filter((hole) => hole.start < hole.end);
}

/**
 * @param output of programs/free.c
 * @param mappings of its process at the same time; what is mapped without access is kept, and free for Windows
 */
export function truthOf(
  output: string,
  mappings: readonly (Block & { readonly permissions?: string })[],
): Truth {
  const end = Number.parseInt(/^end=(.*)$/m.exec(output)?.[1] ?? "0", 16);
  const said = [...output.matchAll(/^free=([0-9a-f]+) ([0-9a-f]+)$/gim)].map(
    ([, start = "", size = ""]) => {
      const from = Number.parseInt(start, 16);
      return { start: from, end: from + Number.parseInt(size, 16) };
    },
  );
  const holes = between(mappings, end);
  const used = mappings.filter(({ permissions }) => !permissions?.startsWith("---"));
  return {
    said: total(said),
    real: total(holes),
    taken: overlap(said, used),
    withheld: total(holes) - overlap(holes, said),
  };
}
