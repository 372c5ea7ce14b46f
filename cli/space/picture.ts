/**
 * An address space as a picture (SVG that needs nothing else): rows of addresses with the mappings in the
 * colours of their kinds, the largest free block marked, figures and owners below. Two side by side. Pure.
 */
import {
  type AddressSpace,
  type Block,
  bytesByKind,
  type Holding,
  holdings,
  type Mapping,
} from "./address-space.ts";
import { type FreeSpace, freeSpaces } from "./free-space.ts";
import { KIND_COLOURS } from "./kind-style.ts";
import { KIND_WORDS } from "./maps-file.ts";
import { addressText, sizeText } from "./quantities.ts";
import { type Row, rowsOf, type Section, sectionsOf } from "./sections.ts";
import { shortened } from "./terminal-map.ts";

const GiB = 2 ** 30;
/** Everything is in pixels. */
const MARGIN = 28;
const LABEL = 136;
const TRACK = 640;
const PANEL = LABEL + TRACK;
const BETWEEN = 44;
const ROW_HEIGHT = 22;
const ROW_STEP = 28;
const GAP_STEP = 30;
const LINE = 20;
const OWNERS = 14;
/** Letters of a title that fit. */
const TITLE = 66;
const INK = "#1f2933";
const FAINT = "#6b7785";
const PAPER = "#ffffff";
const EMPTY = "#eef1f5";
const MARK = "#0b7a3b";
/** Text whose columns stay where spaces put them. */
const COLUMNS = `xml:space="preserve" font-family="'DejaVu Sans Mono', monospace" font-size="13"`;
/** Where the limits of 32-bit processes lie. */
const LIMITS: readonly number[] = [2 * GiB, 3 * GiB];

/** A piece of the picture and how high it is. */
interface Part {
  readonly svg: string;
  readonly height: number;
}

/** The picture of one or two address spaces. @param figures lines of text in columns that stand above */
export function picture(spaces: readonly AddressSpace[], figures: readonly string[] = []): string {
  const panels = spaces.map((space) => panel(space));
  const width = 2 * MARGIN + spaces.length * PANEL + (spaces.length - 1) * BETWEEN;
  const tops = alignedTops(panels);
  const above = figures.length === 0 ? 0 : figures.length * LINE + MARGIN;
  const height = above + tops.total + 2 * MARGIN;
  const body = panels.map((parts, index) => {
    const x = MARGIN + index * (PANEL + BETWEEN);
    const placed = parts.map(
      ({ svg }, at) => `<g transform="translate(0 ${tops.each[at] ?? 0})">${svg}</g>`,
    );
    return `<g transform="translate(${x} ${MARGIN + above})">${placed.join("")}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    ...figures.map((line, index) => text(MARGIN, MARGIN + (index + 1) * LINE, line, COLUMNS)),
    ...body,
    "</svg>\n",
  ].join("\n");
}

/** Where the parts of all panels begin, so that those of the same kind are level. */
function alignedTops(panels: readonly (readonly Part[])[]): {
  readonly each: readonly number[];
  readonly total: number;
} {
  const each: number[] = [];
  let total = 0;
  for (const [index] of (panels[0] ?? []).entries()) {
    each.push(total);
    total += Math.max(...panels.map((parts) => parts[index]?.height ?? 0));
  }
  return { each, total };
}

function panel(space: AddressSpace): readonly Part[] {
  const free = freeSpaces(space);
  return [
    titlePart(space),
    mapPart(space, free),
    legendPart(space),
    freePart(free),
    ownersPart(space),
  ];
}

function titlePart({ title, mappings }: AddressSpace): Part {
  const mapped = mappings.reduce((sum, { start, end }) => sum + end - start, 0);
  const told = `${mappings.length} mappings, ${sizeText(mapped)}`;
  return {
    svg: `${text(0, 16, shortened(title, TITLE), 'font-size="17" font-weight="bold"')}${text(0, 36, told, `fill="${FAINT}"`)}`,
    height: 54,
  };
}

/** The largest free blocks that the picture marks: of all, and below 2 GiB where that is another one. */
function marked(free: readonly FreeSpace[]): readonly Block[] {
  const [below2] = free;
  const overall = free.at(-1);
  const wanted = [overall, below2].flatMap((space) => (space === undefined ? [] : [space.largest]));
  return wanted.filter(
    (block, index) =>
      block.end > block.start && wanted.findIndex(({ start }) => start === block.start) === index,
  );
}

function mapPart(space: AddressSpace, free: readonly FreeSpace[]): Part {
  const sections = sectionsOf(space);
  const blocks = space.end <= 4 * GiB ? marked(free) : [];
  const drawn: string[] = [];
  let y = 0;
  for (const [index, section] of sections.entries()) {
    const before = sections[index - 1];
    if (before !== undefined) {
      drawn.push(gap(y, section.start - before.end));
      y += GAP_STEP;
    }
    for (const row of rowsOf(section, space.mappings)) {
      drawn.push(rowSvg(y, row, section), ...blocks.map((block) => mark(y, row, section, block)));
      y += ROW_STEP;
    }
  }
  return { svg: drawn.join("\n"), height: y + 14 };
}

function gap(y: number, size: number): string {
  const middle = LABEL + TRACK / 2;
  const line = `<line x1="${LABEL}" x2="${LABEL + TRACK}" y1="${y + 10}" y2="${y + 10}" stroke="${FAINT}" stroke-width="1" stroke-dasharray="1 5"/>`;
  const words = `${sizeText(size)} free`;
  const box = `<rect x="${middle - 60}" y="${y}" width="120" height="20" fill="${PAPER}"/>`;
  return line + box + text(middle, y + 14, words, `fill="${FAINT}" text-anchor="middle"`);
}

function rowSvg(y: number, row: Row, section: Section): string {
  const scale = TRACK / section.row;
  const width = (row.end - row.start) * scale;
  const label = text(
    LABEL - 10,
    y + 15,
    addressText(row.start),
    `fill="${FAINT}" text-anchor="end" font-family="'DejaVu Sans Mono', monospace" font-size="11"`,
  );
  const track = `<rect x="${LABEL}" y="${y}" width="${fixed(width)}" height="${ROW_HEIGHT}" fill="${EMPTY}"/>`;
  const limit =
    LIMITS.includes(row.start) && section.end === 4 * GiB ? limitLine(y, row.start) : "";
  return [
    label,
    track,
    ...stripes(row).map((stripe) => stripeSvg(y, row, scale, stripe)),
    limit,
  ].join("");
}

function limitLine(y: number, address: number): string {
  const at = y - (ROW_STEP - ROW_HEIGHT) / 2;
  return `<line x1="0" x2="${PANEL}" y1="${at}" y2="${at}" stroke="${INK}" stroke-width="1.5"/>${text(
    0,
    at + 14,
    `${address / GiB} GiB`,
    'font-weight="bold" font-size="11"',
  )}`;
}

/** Neighbours of the same owner become one stripe: a library has five mappings. */
function stripes({ start, end, mappings }: Row): readonly Mapping[] {
  const joined: Mapping[] = [];
  for (const mapping of mappings) {
    const last = joined.at(-1);
    const cut = {
      ...mapping,
      start: Math.max(mapping.start, start),
      end: Math.min(mapping.end, end),
    };
    const same =
      last !== undefined &&
      last.end === cut.start &&
      last.kind === cut.kind &&
      last.owner === cut.owner &&
      last.reason === cut.reason;
    if (same) joined[joined.length - 1] = { ...last, end: cut.end };
    else joined.push(cut);
  }
  return joined;
}

function stripeSvg(
  y: number,
  row: Row,
  scale: number,
  { start, end, kind, owner, reason }: Mapping,
): string {
  const x = LABEL + (start - row.start) * scale;
  // Never thinner than what the eye finds.
  const width = Math.max((end - start) * scale, 0.6);
  const why = reason === undefined ? "" : `, placed by ${reason}`;
  const told = `${owner}: ${addressText(start)}-${addressText(end)}, ${sizeText(end - start)}${why}`;
  const edge = width > 3 ? ` stroke="${PAPER}" stroke-width="0.5"` : "";
  return `<rect x="${fixed(x)}" y="${y}" width="${fixed(width)}" height="${ROW_HEIGHT}" fill="${KIND_COLOURS[kind]}"${edge}><title>${escaped(told)}</title></rect>`;
}

/** The part of a largest free block that lies in a row. */
function mark(y: number, row: Row, section: Section, block: Block): string {
  const [start, end] = [Math.max(row.start, block.start), Math.min(row.end, block.end)];
  if (start >= end) return "";
  const scale = TRACK / section.row;
  const x = LABEL + (start - row.start) * scale;
  const width = (end - start) * scale;
  const frame = `<rect class="largest" x="${fixed(x)}" y="${y + 1}" width="${fixed(width)}" height="${ROW_HEIGHT - 2}" fill="${MARK}" fill-opacity="0.10" stroke="${MARK}" stroke-opacity="0.55"/>`;
  const first = block.start >= row.start;
  const roomy = width > 170;
  const nextIsRoomier = first && !roomy && block.end - end > section.row / 2;
  const second = block.start < row.start && block.start >= row.start - section.row;
  const firstWidth = second ? (row.start - block.start) * scale : 0;
  const here = (first && roomy) || (second && firstWidth <= 170 && roomy);
  if (!here || nextIsRoomier) return frame;
  const words = `largest free: ${sizeText(block.end - block.start)}`;
  return frame + text(x + 8, y + 15, words, `fill="${MARK}" font-weight="bold" font-size="11"`);
}

function legendPart({ mappings }: AddressSpace): Part {
  const kinds = bytesByKind(mappings);
  const columns = 3;
  const step = PANEL / columns;
  const items = kinds.map(([kind, bytes], index) => {
    const [x, y] = [(index % columns) * step, Math.floor(index / columns) * LINE];
    const box = `<rect x="${fixed(x)}" y="${y}" width="12" height="12" rx="2" fill="${KIND_COLOURS[kind]}"/>`;
    return box + text(x + 18, y + 10, `${KIND_WORDS[kind]}  ${sizeText(bytes)}`, "");
  });
  return { svg: items.join("\n"), height: Math.ceil(kinds.length / columns) * LINE + 18 };
}

/** A line of a table: words at the left edge of their column, figures at the right. */
function tableLine(
  y: number,
  cells: readonly string[],
  columns: readonly number[],
  attributes: string,
): string {
  return cells
    .map((cell, index) =>
      text(
        columns[index] ?? 0,
        y,
        cell,
        index === 0 ? attributes : `${attributes} text-anchor="end"`,
      ),
    )
    .join("");
}

function freePart(free: readonly FreeSpace[]): Part {
  const columns = [0, 190, 330, 420, 560];
  const head = ["free space", "largest block", "total", "blocks", "fragmentation"];
  const lines = free.map(({ name, largest, total, blocks, index }, at) => {
    const cells = [
      name,
      sizeText(largest.end - largest.start),
      sizeText(total),
      String(blocks),
      index.toFixed(3),
    ];
    return tableLine(14 + (at + 1) * LINE, cells, columns, "");
  });
  return {
    svg: [tableLine(12, head, columns, `fill="${FAINT}"`), ...lines].join("\n"),
    height: (free.length + 1) * LINE + 22,
  };
}

function ownersPart({ mappings }: AddressSpace): Part {
  const all = holdings(mappings);
  const shown = all.slice(0, OWNERS);
  const rest = all.slice(OWNERS);
  const most = shown[0]?.bytes ?? 1;
  const lines = shown.map((holding, index) => ownerLine(14 + (index + 1) * LINE, holding, most));
  const more =
    rest.length === 0
      ? ""
      : text(
          18,
          14 + (shown.length + 1) * LINE,
          `and ${rest.length} more with ${sizeText(rest.reduce((sum, { bytes }) => sum + bytes, 0))}`,
          `fill="${FAINT}"`,
        );
  const head = tableLine(12, ["owner", "size", "mappings"], [0, 400, 480], `fill="${FAINT}"`);
  return { svg: [head, ...lines, more].join("\n"), height: (shown.length + 2) * LINE + 10 };
}

function ownerLine(y: number, { kind, owner, bytes, mappings }: Holding, most: number): string {
  const colour = KIND_COLOURS[kind];
  const width = (bytes / most) * (PANEL - 500);
  return [
    `<rect x="0" y="${y - 10}" width="12" height="12" rx="2" fill="${colour}"/>`,
    text(18, y, shortened(owner, 40), ""),
    text(400, y, sizeText(bytes), 'text-anchor="end"'),
    text(480, y, String(mappings), 'text-anchor="end"'),
    `<rect x="500" y="${y - 9}" width="${fixed(Math.max(width, 1))}" height="10" fill="${colour}" fill-opacity="0.75"/>`,
  ].join("");
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${y}" ${attributes}>${escaped(words)}</text>`;
}

function fixed(number: number): string {
  return String(Math.round(number * 100) / 100);
}

/** Text as XML takes it. */
export function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A page that holds the picture and nothing else from elsewhere. */
export function page(spaces: readonly AddressSpace[], figures: readonly string[] = []): string {
  const title = escaped(spaces.map((space) => space.title).join(" / "));
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${title}</title>`,
    "<style>body{margin:0;background:#dfe4ea}main{display:flex;justify-content:center;padding:24px}",
    "svg{max-width:100%;height:auto;box-shadow:0 1px 6px #0003}svg rect:hover{fill-opacity:.7}</style></head>",
    `<body><main>${picture(spaces, figures)}</main></body></html>\n`,
  ].join("\n");
}
