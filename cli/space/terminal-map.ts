/** An address space as text: a map of letters, the free space, and who has how much. Pure. */
import {
  type AddressSpace,
  bytesByKind,
  type Holding,
  holdings,
  type MappingKind,
  type Placed,
  placements,
} from "./address-space.ts";
import { type FreeSpace, freeSpaces } from "./free-space.ts";
import { KIND_COLOURS, KIND_LETTERS } from "./kind-style.ts";
import { KIND_WORDS } from "./maps-file.ts";
import { addressText, sizeText } from "./quantities.ts";
import { type Row, rowsOf, type Section, sectionsOf } from "./sections.ts";

/** Characters of a row: powers of two, so that each stands for a round size. */
const CELLS = [256, 128, 64, 32, 16, 8];
const DEFAULT_CELLS = 64;
/** Rows are this much further to the right than their heading, where there is room. */
const INDENT = 2;
const FREE = "·";

/** How to print. */
export interface TerminalStyle {
  readonly colour: boolean;
  /** Lines of the table of owners. */
  readonly owners: number;
  /** Characters in a line; undefined: as many as there are. */
  readonly width?: number | undefined;
}

/** How rows are laid out. */
interface RowStyle extends TerminalStyle {
  readonly cells: number;
  readonly indent: string;
}

/** The most characters of a row that fit beside its address. */
function rowStyle(space: AddressSpace, style: TerminalStyle): RowStyle {
  const { width } = style;
  if (width === undefined) return { ...style, cells: DEFAULT_CELLS, indent: " ".repeat(INDENT) };
  const room = width - addressText(space.end - 1).length - 1;
  const cells = CELLS.find((count) => count <= room) ?? Math.min(...CELLS);
  return { ...style, cells, indent: cells + INDENT <= room ? " ".repeat(INDENT) : "" };
}

/** All lines about one address space. */
export function terminalMap(space: AddressSpace, style: TerminalStyle): readonly string[] {
  return [
    space.title,
    "",
    ...mapLines(space, style),
    "",
    ...legendLines(space, style),
    "",
    ...freeLines(freeSpaces(space)),
    "",
    ...ownerLines(holdings(space.mappings), style.owners),
    ...placedLines(placements(space.mappings), style.width),
  ];
}

function mapLines(space: AddressSpace, asked: TerminalStyle): readonly string[] {
  const sections = sectionsOf(space);
  const style = rowStyle(space, asked);
  return sections.flatMap((section, index) => [
    ...gapLine(sections[index - 1], section),
    `${addressText(section.start)}, ${sizeText(section.row / style.cells)} a character`,
    ...rowsOf(section, space.mappings).map((row) => rowLine(row, section.row, style)),
  ]);
}

function gapLine(before: Section | undefined, { start }: Section): readonly string[] {
  return before === undefined ? [] : [`    ${sizeText(start - before.end)} free`];
}

function rowLine(row: Row, length: number, style: RowStyle): string {
  const cell = length / style.cells;
  const count = Math.ceil((row.end - row.start) / cell);
  const cells = Array.from({ length: count }, (_, index) =>
    cellOf(row, row.start + index * cell, cell),
  );
  return `${style.indent}${addressText(row.start)} ${runsOf(cells)
    .map(({ text, kind }) => (kind === undefined ? text : coloured(text, kind, style)))
    .join("")}`;
}

/** Text of one kind, or of none. */
interface Run {
  readonly text: string;
  readonly kind: MappingKind | undefined;
}

/** Neighbours of one kind as one, so that a colour is said once. */
function runsOf(cells: readonly Run[]): readonly Run[] {
  const runs: Run[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last !== undefined && last.kind === cell.kind)
      runs[runs.length - 1] = { ...last, text: last.text + cell.text };
    else runs.push(cell);
  }
  return runs;
}

/** The letter of the kind that has most of a cell; small when less than half is mapped. */
function cellOf(row: Row, start: number, size: number): Run {
  const parts = row.mappings.flatMap((mapping) => {
    const [from, to] = [Math.max(mapping.start, start), Math.min(mapping.end, start + size)];
    return from < to ? [{ ...mapping, start: from, end: to }] : [];
  });
  const kinds = [...bytesByKind(parts)].sort(([, a], [, b]) => b - a);
  const [most] = kinds;
  if (most === undefined) return { text: FREE, kind: undefined };
  const mapped = kinds.reduce((sum, [, bytes]) => sum + bytes, 0);
  const letter = KIND_LETTERS[most[0]];
  return { text: mapped * 2 < size ? letter.toLowerCase() : letter, kind: most[0] };
}

function coloured(text: string, kind: MappingKind, { colour }: TerminalStyle): string {
  if (!colour) return text;
  const [red, green, blue] = [1, 3, 5].map((at) =>
    Number.parseInt(KIND_COLOURS[kind].slice(at, at + 2), 16),
  );
  return `\u001b[38;2;${red};${green};${blue}m${text}\u001b[0m`;
}

function legendLines(space: AddressSpace, style: TerminalStyle): readonly string[] {
  return bytesByKind(space.mappings).map(([kind, bytes]) => {
    const letter = coloured(KIND_LETTERS[kind], kind, style);
    return `  ${letter} ${KIND_WORDS[kind].padEnd(24)} ${sizeText(bytes).padStart(10)}`;
  });
}

function freeLines(spaces: readonly FreeSpace[]): readonly string[] {
  return [
    `${"free space".padEnd(14)}${"total".padStart(10)}${"blocks".padStart(8)}${"largest".padStart(11)}  index  at`,
    ...spaces.map(({ name, total, blocks, largest, index }) =>
      [
        name.padEnd(14),
        sizeText(total).padStart(10),
        String(blocks).padStart(8),
        sizeText(largest.end - largest.start).padStart(11),
        `  ${index.toFixed(3)}  ${addressText(largest.start)}-${addressText(largest.end)}`,
      ].join(""),
    ),
  ];
}

function ownerLines(list: readonly Holding[], most: number): readonly string[] {
  const rest = list.slice(most);
  const more =
    rest.length === 0
      ? []
      : [
          `  and ${rest.length} more with ${sizeText(rest.reduce((sum, { bytes }) => sum + bytes, 0))}`,
        ];
  return [
    `${"owner".padEnd(40)}${"size".padStart(10)}${"mappings".padStart(10)}`,
    ...list
      .slice(0, most)
      .map(
        ({ kind, owner, bytes, mappings }) =>
          `${KIND_LETTERS[kind]} ${shortened(owner, 37).padEnd(38)}${sizeText(bytes).padStart(10)}${String(mappings).padStart(10)}`,
      ),
    ...more,
  ];
}

function placedLines(list: readonly Placed[], width: number | undefined): readonly string[] {
  return list.length === 0
    ? []
    : [
        "",
        `${"size".padStart(10)}${"mappings".padStart(10)}  placed by`,
        ...list.map(
          ({ reason, bytes, mappings }) =>
            `${sizeText(bytes).padStart(10)}${String(mappings).padStart(10)}  ${width === undefined ? reason : shortened(reason, width - 22)}`,
        ),
      ];
}

/** A name cut in the middle, where it tells least. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return `${name.slice(0, most - 1 - tail)}…${name.slice(name.length - tail)}`;
}

/** What changed from one address space to another. */
export function comparisonLines(before: AddressSpace, after: AddressSpace): readonly string[] {
  const [old, now] = [freeSpaces(before), freeSpaces(after)];
  return [
    `${"largest free".padEnd(14)}${"before".padStart(11)}${"after".padStart(11)}   index`,
    ...now.map(({ name, largest, index }, at) => {
      const was = old[at];
      const size = was === undefined ? "" : sizeText(was.largest.end - was.largest.start);
      const change = `${was?.index.toFixed(3) ?? ""} -> ${index.toFixed(3)}`;
      return `${name.padEnd(14)}${size.padStart(11)}${sizeText(largest.end - largest.start).padStart(11)}   ${change}`;
    }),
  ];
}
