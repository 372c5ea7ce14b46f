/** The address space at a moment of a recorded trace. Pure. */
import {
  type AddressSpace,
  addressSpace,
  type Mapping,
  type MappingKind,
} from "./address-space.ts";
import { KIND_WORDS } from "./maps-file.ts";
import { protectionText } from "./quantities.ts";
import { RangeMap } from "./range-map.ts";
import type { Trace, TraceEvent } from "./trace-format.ts";
import { ruleText } from "./trace-lines.ts";
import type { SpaceKind } from "./workload.ts";

const PAGE = 4096;
/** RANGE_ANONYMOUS of runtime/space/tree.h: without it, what is reserved is not mapped. */
const ANONYMOUS = 1 << 8;

/** Which moment: after all records, when most was mapped, or so many microseconds after the beginning. */
export type Moment = "end" | "peak" | number;

/** The address space as the trace tells it. */
export function traceState(title: string, trace: Trace, moment: Moment): AddressSpace {
  const count = recordsUntil(trace, moment);
  const state = new State(trace.rules);
  for (const event of trace.events.slice(0, count)) state.follow(event);
  const space = addressSpace(title, state.mappings());
  return trace.header.wordSize === 8 ? { ...space, end: 2 ** 47 } : space;
}

/** How many records come before the moment is over. */
function recordsUntil({ events, rules }: Trace, moment: Moment): number {
  if (moment === "end") return events.length;
  if (moment !== "peak") return events.filter(({ time }) => time <= moment).length;
  const state = new State(rules);
  let [most, count] = [0, 0];
  events.forEach((event, index) => {
    state.follow(event);
    if (state.bytes > most) [most, count] = [state.bytes, index + 1];
  });
  return count;
}

function pageUp(size: number): number {
  return Math.ceil(size / PAGE) * PAGE;
}

type MapEvent = TraceEvent & { readonly op: "map" };

/** Whether a record says what a policy keeps free, and nothing is mapped there. */
export function isClaim(event: TraceEvent): boolean {
  return event.op === "seed" && event.kind === "reserved" && (event.attributes & ANONYMOUS) === 0;
}

/** Mappings that change record by record. */
class State {
  private readonly mapped = new RangeMap<Mapping>((mapping, start, end) => ({
    ...mapping,
    start,
    end,
  }));

  constructor(private readonly rules: Trace["rules"]) {}

  get bytes(): number {
    return this.mapped.bytes;
  }

  mappings(): readonly Mapping[] {
    return this.mapped.all();
  }

  follow(event: TraceEvent): void {
    const { address, size, op } = event;
    if (event.error !== 0 || isClaim(event)) return;
    if (op === "seed") this.set(address, size, event.kind, (event.attributes >> 4) & 7);
    if (op === "map") {
      const { result, kind, protection } = event;
      this.set(result, size, kind, protection, reasonOf(event, this.rules));
    }
    if (op === "claim") {
      const reason = event.rule === 0 ? undefined : ruleText(event.rule, this.rules);
      this.set(event.result, size, "image", 0, reason);
    }
    if (op === "attach") this.set(event.result, size, "shared", 3);
    if (op === "unmap" || op === "detach" || op === "release") this.take(address, size);
    if (op === "break") this.moveBreak(address, size);
    if (op === "name") this.name(address, size, event.name);
    if (op === "remap") this.remap(event);
  }

  private take(start: number, size: number): readonly Mapping[] {
    return this.mapped.take(start, start + pageUp(size));
  }

  private set(
    start: number,
    size: number,
    kind: SpaceKind,
    protection: number,
    reason?: string,
  ): void {
    // A library's segments, or its zeroes, are mapped over what was claimed for it.
    const under = this.take(start, size).find((mapping) => mapping.kind === "image");
    const own = under === undefined ? shownKind(kind, protection) : "image";
    this.mapped.put({
      start,
      end: start + pageUp(size),
      kind: own,
      owner: under?.owner ?? KIND_WORDS[own],
      permissions: protectionText(protection),
      ...(reason !== undefined && { reason }),
    });
  }

  private moveBreak(start: number, size: number): void {
    const old = this.mapped.all().filter(({ kind }) => kind === "break");
    for (const { start: from, end } of old) this.mapped.take(from, end);
    if (size > 0) this.set(start, size, "break", 3);
  }

  private name(start: number, size: number, name: string): void {
    const owner = name.slice(name.lastIndexOf("/") + 1);
    for (const part of this.take(start, size)) this.mapped.put({ ...part, kind: "image", owner });
  }

  private remap(event: TraceEvent & { op: "remap" }): void {
    const [first] = this.take(event.address, event.size);
    if (first === undefined) return;
    this.take(event.result, event.newSize);
    const end = event.result + pageUp(event.newSize);
    this.mapped.put({ ...first, start: event.result, end });
  }
}

/** Why a mapping is where it is. */
function reasonOf({ rule, address, result }: MapEvent, rules: Trace["rules"]): string {
  if (rule !== 0) return ruleText(rule, rules);
  const asked =
    address === result || (address !== 0 && Math.floor(address / PAGE) * PAGE === result);
  return asked ? "the caller, who named the address" : "the kernel";
}

/** The kind to show: private memory without access is merely reserved. */
function shownKind(kind: SpaceKind, protection: number): MappingKind {
  return kind === "free" || (kind === "anonymous" && protection === 0) ? "reserved" : kind;
}
