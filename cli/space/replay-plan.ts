/**
 * From a recorded trace to a workload: addresses that the linker chose become numbers of mappings, addresses
 * that the program insisted on stay, relative to the mapping that they lie in where there is one. Pure.
 */
import type { Block } from "./address-space.ts";
import { RangeMap } from "./range-map.ts";
import type { Trace, TraceEvent } from "./trace-format.ts";
import { isClaim } from "./trace-state.ts";
import type { Operation, SpaceKind, Workload } from "./workload.ts";

const PAGE = 4096;
const MAP_FIXED = 0x10;
const MAP_32BIT = 0x40;
const MAP_HUGETLB = 0x40000;
const MAP_FIXED_NOREPLACE = 0x100000;
const MREMAP_FIXED = 2;
const MREMAP_DONTUNMAP = 4;
const HUGE_PAGE = 2 << 20;
const LOWEST = 64 << 10;
const USER_END = { 4: 0xffffe000, 8: 2 ** 47 - PAGE } as const;

/** How a trace is to be replayed. */
export interface PlanOptions {
  /** The end of the address space, for a 32-bit process: 2, 3 or 4 GiB. Undefined: as recorded. */
  readonly limit?: number | undefined;
  /** Reports at equal distances, besides the one at the end. */
  readonly reports: number;
}

/** The workload of a trace. */
export function planReplay(trace: Trace, options: PlanOptions): Workload {
  const wordSize = options.limit === undefined ? trace.header.wordSize : 4;
  const found = findLayout(trace);
  const high = Math.min(options.limit ?? USER_END[wordSize], USER_END[wordSize]);
  const plan = new Plan(LOWEST, high);
  const area = breakArea(trace);
  if (area !== undefined) plan.breakArea(area.address, pageUp(area.size));
  const end = area?.address ?? LOWEST;
  const step = Math.max(1, Math.floor(trace.events.length / options.reports));
  trace.events.forEach((event, index) => {
    if (!isClaim(event)) plan.follow(event);
    if (index % step === step - 1) plan.operations.push({ do: "report" });
  });
  return {
    wordSize,
    low: LOWEST,
    high,
    stack: Math.min(found.stack, high),
    kernel: Math.min(found.kernel, high),
    program: Math.min(programStart(trace) ?? end, high),
    break: Math.min(end, high),
    mappings: plan.mappings,
    operations: plan.operations,
  };
}

interface Layout {
  /** Where the initial stack began. */
  readonly stack: number;
  /** The end of the highest mapping below it. */
  readonly kernel: number;
}

/** What the kernel had decided when the trace began. */
export function findLayout({ header, events }: Trace): Layout {
  const seeds = events.filter((event) => event.op === "seed");
  const stack = seeds.filter(({ kind }) => kind === "stack").at(-1)?.address;
  if (stack === undefined)
    return { stack: USER_END[header.wordSize], kernel: USER_END[header.wordSize] };
  const below = seeds.filter(({ kind, address }) => address < stack && kind !== "reserved").at(-1);
  return { stack, kernel: below === undefined ? stack : below.address + below.size };
}

/** Where the kernel had put the program, the lowest of what was there; undefined: it had put the linker alone. */
function programStart({ events }: Trace): number | undefined {
  const [first] = events
    .filter((event) => event.op === "seed")
    .filter(({ kind }) => kind !== "reserved");
  return first?.kind === "linker" ? undefined : first?.address;
}

/** The break area at its largest: nothing else ever lies in its way. */
function breakArea({ events }: Trace): TraceEvent | undefined {
  const records = events.filter((event) => event.op === "break" && event.error === 0);
  return records.reduce<TraceEvent | undefined>(
    (most, event) => (event.size > (most?.size ?? 0) ? event : most),
    undefined,
  );
}

function pageUp(size: number): number {
  return Math.ceil(size / PAGE) * PAGE;
}

/** Which part of which numbered mapping lay where in the recorded address space. */
interface Piece extends Block {
  /** The number of the mapping; undefined: it is where it is for reasons of its own. */
  readonly mapping: number | undefined;
  /** Offset of `start` in the mapping. */
  readonly offset: number;
  /** False: it is unmapped, but remembered, since programs map again what they have cut out. */
  readonly live: boolean;
  readonly kind: SpaceKind;
}

/** A plan under construction. */
class Plan {
  readonly operations: Operation[] = [];
  mappings = 0;
  private readonly pieces = new RangeMap<Piece>((piece, start, end) => ({
    ...piece,
    start,
    end,
    offset: piece.offset + start - piece.start,
  }));

  constructor(
    private readonly low: number,
    private readonly high: number,
  ) {}

  follow(event: TraceEvent): void {
    if (event.error !== 0) return;
    switch (event.op) {
      case "seed":
        this.fixed(event.address, event.size, event.kind);
        break;
      case "map":
        this.map(event);
        break;
      case "attach":
        this.place(event.result, pageUp(event.size), "shared", 0, 0);
        break;
      case "claim":
        this.place(event.result, pageUp(event.size), "image", event.align, 0);
        break;
      case "unmap":
      case "detach":
      case "release":
        this.unmap(event.address, pageUp(event.size));
        break;
      case "remap":
        this.remap(event);
        break;
      case "break":
      case "protect":
      case "name":
        break;
    }
  }

  /** The policy may have a place of its own for it. */
  breakArea(start: number, size: number): void {
    this.operations.push({ do: "break", address: start, size });
    const end = start + size;
    this.pieces.put({ start, end, mapping: undefined, offset: 0, live: true, kind: "break" });
  }

  private map(event: TraceEvent & { op: "map" }): void {
    const { result, flags, kind } = event;
    const huge = (flags & MAP_HUGETLB) !== 0;
    const unit = huge ? HUGE_PAGE : PAGE;
    const size = Math.ceil(event.size / unit) * unit;
    const hinted = event.address !== 0 && result === event.address - (event.address % PAGE);
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) this.fixed(result, size, kind);
    else if (hinted && this.isInside(result, size)) this.hint(result, size, kind);
    else {
      const limit = (flags & MAP_32BIT) !== 0 ? 2 ** 31 : 0;
      this.place(result, size, kind, huge ? HUGE_PAGE : 0, limit);
    }
  }

  private hint(address: number, size: number, kind: SpaceKind): void {
    this.operations.push({ do: "map-hinted", mapping: this.mappings, kind, size, address });
    this.number(address, size, kind);
  }

  private isInside(start: number, size: number): boolean {
    return start >= this.low && start + size <= this.high;
  }

  /** A mapping that the policy is to place. */
  private place(start: number, size: number, kind: SpaceKind, align: number, limit: number): void {
    this.operations.push({ do: "map", mapping: this.mappings, kind, size, align, limit });
    this.number(start, size, kind);
  }

  /** Gives the next number to what lay at `start`. */
  private number(start: number, size: number, kind: SpaceKind): void {
    const mapping = this.mappings++;
    this.pieces.take(start, start + size);
    this.pieces.put({ start, end: start + size, mapping, offset: 0, live: true, kind });
  }

  /** A mapping at an address that the program names. */
  fixed(start: number, size: number, kind: SpaceKind): void {
    let at = start;
    const there = this.pieces.take(start, start + size);
    for (const piece of there) {
      this.newGround(at, piece.start, kind);
      if (!piece.live && piece.mapping !== undefined) {
        const spot = { mapping: piece.mapping, offset: piece.offset };
        this.operations.push({ do: "remap-part", spot, size: piece.end - piece.start, kind });
      }
      this.pieces.put({ ...piece, live: true, kind });
      at = piece.end;
    }
    this.newGround(at, start + size, kind);
  }

  /** A part of a fixed mapping where nothing was known before. */
  private newGround(start: number, end: number, kind: SpaceKind): void {
    if (start >= end) return;
    const size = end - start;
    if (this.isInside(start, size)) {
      this.operations.push({ do: "map-at", address: start, size, kind });
      this.pieces.put({ start, end, mapping: undefined, offset: 0, live: true, kind });
    } else if (kind !== "kernel" || this.isUserSpace(end)) {
      this.place(start, size, kind, 0, 0);
    }
  }

  /** The kernel's page of system calls (vsyscall) lies outside every window. */
  private isUserSpace(end: number): boolean {
    return end <= USER_END[8];
  }

  private unmap(start: number, size: number): void {
    for (const piece of this.pieces.take(start, start + size)) {
      this.unmapPiece(piece);
      if (piece.mapping !== undefined) this.pieces.put({ ...piece, live: false });
    }
  }

  private unmapPiece({ start, end, mapping, offset, live }: Piece): void {
    const size = end - start;
    if (!live) return;
    this.operations.push(
      mapping === undefined
        ? { do: "unmap-at", address: start, size }
        : { do: "unmap", spot: { mapping, offset }, size },
    );
  }

  private remap(event: TraceEvent & { op: "remap" }): void {
    const [oldSize, newSize] = [pageUp(event.size), pageUp(event.newSize)];
    const old = this.pieces.take(event.address, event.address + oldSize);
    const [only] = old;
    const kind = only?.kind ?? "anonymous";
    const stays = (event.flags & MREMAP_DONTUNMAP) !== 0 || oldSize === 0;
    const asked = (event.flags & MREMAP_FIXED) !== 0;
    if (only?.mapping === undefined || old.length !== 1 || stays || asked) {
      for (const piece of old) {
        if (stays) this.pieces.put(piece);
        else this.unmapPiece(piece);
      }
      if (asked) this.fixed(event.result, newSize, kind);
      else this.place(event.result, newSize, kind, 0, 0);
      return;
    }
    const spot = { mapping: only.mapping, offset: only.offset };
    this.operations.push({ do: "resize", spot, oldSize, newSize, mapping: this.mappings, kind });
    this.number(event.result, newSize, kind);
  }
}
