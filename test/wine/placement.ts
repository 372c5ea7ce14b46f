/**
 * Whether what is mapped in a process of wine lies where the policy `wine` says. Reads zones and kept ranges from the
 * policy itself; which of the mappings are Windows' own (its views) is told by Windows. Pure.
 */

import type { Block, Mapping } from "../../cli/space/address-space.ts";
import type { Bits } from "./programs.ts";

/** Where things belong in a process. */
export interface Layout {
  readonly zones: ReadonlyMap<string, Block>;
  /** Kept for wine, which maps there what it likes. */
  readonly kept: readonly Block[];
  /** The zone of device memory and buffer chunks, which the program gets to see. */
  readonly shown: string;
  /** Of the initial stack. */
  readonly stack: Block;
  /** Where the room for that begins. */
  readonly top: number;
  /** What wine has at the end of the address space: kept for it, or taken by it. */
  readonly end: Block;
}

/** A part of a mapping that is none of Windows' views. */
export interface Placed extends Mapping {
  /** Which of the policy's words it falls under. */
  readonly what: string;
  readonly right: boolean;
}

const ARCH: Readonly<Record<Bits, string>> = { "32": "i386", "32-large": "i386", "64": "x86_64" };
/** The kind of program whose lines of the policy count. */
const PROGRAM: Readonly<Record<Bits, string>> = { "32": "small", "32-large": "large", "64": "any" };
/** What ntdll asks for without an address (tables of page protections, blocks for threads) is packed in such slots. */
const SLOT = 1 << 16;
const SIZES: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * The layout that the policy gives a process.
 * @param policy the text of its file
 * @param stack the mapping of its initial stack, `stackLimit` how far that may grow
 */
export function layoutOf(policy: string, bits: Bits, stack: Block, stackLimit: number): Layout {
  const top = stack.end - stackLimit;
  const zones = new Map<string, Block>();
  const kept: Block[] = [];
  let shown = "native";
  let arch = "";
  let of = "any";
  for (const line of policy.split("\n")) {
    const [word, ...rest] = line.split(" ");
    const bounds = (low = "", high = "") => ({ start: size(low, top), end: size(high, top) });
    if (word === "arch") [arch = "", of] = [rest[0], "any"];
    if (word === "program") [of = ""] = rest;
    if (arch !== ARCH[bits] || (of !== "any" && of !== PROGRAM[bits])) continue;
    if (word === "zone") zones.set(rest[0] ?? "", bounds(rest[1], rest[2]));
    if (word === "keep") kept.push(bounds(rest[0], rest[1]));
    if (word === "place" && rest[0] === "device") [shown = ""] = rest[2]?.split(",") ?? [];
  }
  // Where the stack begins the linker does not ask: it takes it to be some pages lower.
  const end = kept.find(({ start }) => start >= top) ?? {
    start: stack.start - stackLimit - SLOT,
    end: 2 ** 32,
  };
  return { zones, kept, shown, stack, top, end };
}

function size(word: string, top: number): number {
  if (word === "stack") return top;
  const unit = SIZES[word.slice(-1)];
  return unit === undefined ? Number(word) : Number(word.slice(0, -1)) * unit;
}

/** What of the mappings no view covers. */
export function withoutViews(
  mappings: readonly Mapping[],
  views: readonly Block[],
): readonly Mapping[] {
  return mappings.flatMap((mapping) => {
    const pieces: Mapping[] = [];
    let at = mapping.start;
    for (const view of views.filter(({ start, end }) => start < mapping.end && end > at)) {
      if (view.start > at) pieces.push({ ...mapping, start: at, end: view.start });
      at = view.end;
    }
    return at < mapping.end ? [...pieces, { ...mapping, start: at }] : pieces;
  });
}

/** What of the views is not mapped: nothing, if the views are those of this process. */
export function notMapped(
  mappings: readonly Mapping[],
  views: readonly Block[],
): readonly Mapping[] {
  const asMappings = views.map((view) => ({
    ...view,
    kind: "guest" as const,
    owner: "view",
    permissions: "",
  }));
  return withoutViews(asMappings, mappings);
}

const within = ({ start, end }: Block, block: Block | undefined) =>
  block !== undefined && start >= block.start && end <= block.end;

/** The file that stands in the preloader's place: the linker. */
const LINKER = /^wine(64)?-preloader$/;
const LOADER = /^wine(64)?$/;
/** wine 8's loaders are linked for this address, and cannot be relocated. */
const LOADER_PLACE = { start: 0x7d000000, end: 0x7d010000 };
/** What wine itself maps, without a view, at fixed addresses of what is kept for it. */
const WINES_OWN: readonly Block[] = [
  { start: 0x10000, end: 0x110000 }, // for old programs
  { start: 0x7ffe0000, end: 0x7fff0000 }, // behind the page that is shared with every Windows program
  { start: 0x7ffff000, end: 0x80000000 }, // executable: the limit of the code selector
];
/** wined3d's buffers are suballocated from chunks of this size, which programs are shown parts of. */
const CHUNK = { from: 64 << 20, below: 65 << 20 };

const isAnonymous = ({ kind }: Mapping) => kind === "anonymous" || kind === "stack";
const isShown = ({ kind, start, end }: Mapping) =>
  kind === "device" ||
  (kind === "anonymous" && end - start >= CHUNK.from && end - start < CHUNK.below);
const isNtdlls = (piece: Mapping, windows: Block | undefined) =>
  piece.start % SLOT === 0 &&
  piece.end % SLOT === 0 &&
  (windows?.start ?? 0) >= 2 ** 32 &&
  within(piece, windows);

/** The first rule whose `is` holds names a piece; `right` says whether it lies where the policy says. */
const RULES: readonly {
  readonly what: string;
  readonly is: (piece: Mapping, layout: Layout) => boolean;
  readonly right: (piece: Mapping, layout: Layout) => boolean;
}[] = [
  {
    what: "the kernel's",
    is: ({ kind, start }, { stack }) => kind === "kernel" || start === stack.start,
    right: () => true,
  },
  {
    // The kernel puts it where it begins to place things downwards: with natives, or (64 bit) above them.
    what: "linker",
    is: ({ kind, owner }) => kind === "linker" || LINKER.test(owner),
    right: (piece, { zones, top }) =>
      within(piece, { start: zones.get("native")?.start ?? top, end: top }),
  },
  {
    what: "loader",
    is: ({ owner }) => LOADER.test(owner),
    right: (piece) => within(piece, LOADER_PLACE),
  },
  {
    what: "kept",
    is: (piece, { kept, end }) =>
      piece.kind === "reserved" && [...kept, end].some((range) => within(piece, range)),
    right: () => true,
  },
  {
    what: "wine's own",
    is: (piece, { zones, end }) =>
      isAnonymous(piece) &&
      (isNtdlls(piece, zones.get("windows")) ||
        [...WINES_OWN, end].some((place) => within(piece, place))),
    right: () => true,
  },
  {
    what: "shown",
    is: isShown,
    right: (piece, { zones, shown }) => within(piece, zones.get(shown)),
  },
  {
    what: "native",
    is: () => true,
    right: (piece, { zones }) => within(piece, zones.get("native")),
  },
];

/** Names each piece, in ascending order, and says whether it lies right. */
export function placed(pieces: readonly Mapping[], layout: Layout): readonly Placed[] {
  let linkerEnd = 0;
  return pieces.map((piece) => {
    // Behind the linker's image is its data, as the kernel and it itself put them there.
    const kind = piece.start === linkerEnd && isAnonymous(piece) ? "linker" : piece.kind;
    if (kind === "linker" || LINKER.test(piece.owner)) linkerEnd = piece.end;
    const named = { ...piece, kind };
    const rule = RULES.find(({ is }) => is(named, layout));
    return { ...named, what: rule?.what ?? "", right: rule?.right(named, layout) ?? false };
  });
}
