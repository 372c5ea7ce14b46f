/**
 * How an address space is cut up for showing: sections of rows, each row a stretch of addresses of the same
 * length. 32 bits are one section; in 64 bits each cluster of mappings is a section of its own scale, and
 * what lies between is only told. Pure.
 */
import type { AddressSpace, Block, Mapping } from "./address-space.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
/** 32 bits: rows of this length. */
const ROW_32 = 256 * MiB;
const MOST_ROWS = 8;
/** A gap is left out when it is larger than this, and than this many times what lies on its sides. */
const SMALLEST_GAP = 16 * MiB;

/** A stretch of the address space, drawn to one scale. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** Bytes in one row. */
  readonly row: number;
}

/** Sections in ascending order; all mappings lie in one of them. */
export function sectionsOf(space: AddressSpace): readonly Section[] {
  if (space.end <= 4 * GiB) return [{ start: 0, end: 4 * GiB, row: ROW_32 }];
  return clusters(space.mappings).map(({ start, end }) => ({
    start,
    end,
    row: rowLength(end - start),
  }));
}

/** A power of two that makes few rows of a cluster. */
function rowLength(size: number): number {
  let row = MiB;
  while (size / row > MOST_ROWS - 1) row *= 2;
  return row;
}

/** Groups of mappings with small gaps between them. */
function clusters(mappings: readonly Mapping[]): readonly Block[] {
  const groups: { start: number; end: number }[] = [];
  for (const { start, end } of mappings) {
    const last = groups.at(-1);
    if (last !== undefined && start - last.end <= gapAllowed(last, end - start)) last.end = end;
    else groups.push({ start, end });
  }
  return groups;
}

function gapAllowed(group: Block, next: number): number {
  return Math.max(SMALLEST_GAP, Math.min(GiB, Math.max(group.end - group.start, next)));
}

/** A row and what of the address space lies in it; the last of a section may be shorter. */
export interface Row extends Block {
  readonly mappings: readonly Mapping[];
}

/** The rows of a section. */
export function rowsOf({ start, end, row }: Section, mappings: readonly Mapping[]): readonly Row[] {
  const inside = mappings.filter((mapping) => mapping.end > start && mapping.start < end);
  return Array.from({ length: Math.ceil((end - start) / row) }, (_, index) => {
    const from = start + index * row;
    const to = Math.min(from + row, end);
    return {
      start: from,
      end: to,
      mappings: inside.filter((mapping) => mapping.end > from && mapping.start < to),
    };
  });
}
