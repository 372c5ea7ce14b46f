/** A trace for reading: one line a record, and what it comes to. Pure. */
import { constants } from "node:os";
import { addressText, protectionText, sizeText } from "./quantities.ts";
import type { Trace, TraceEvent, TraceOp } from "./trace-format.ts";

/** Bits of the argument `flags` of mmap(2), besides its type. */
const MAP_FLAGS: readonly (readonly [number, string])[] = [
  [0x10, "fixed"],
  [0x100000, "noreplace"],
  [0x40, "32bit"],
  [0x100, "growsdown"],
  [0x4000, "noreserve"],
  [0x8000, "populate"],
  [0x20000, "stack"],
  [0x40000, "hugetlb"],
];
const REMAP_FLAGS: readonly (readonly [number, string])[] = [
  [1, "maymove"],
  [2, "fixed"],
  [4, "dontunmap"],
];
const SHARED_TYPES = [1, 3];

/** Which records are wanted. What is undefined leaves all. */
export interface TraceFilter {
  readonly ops?: readonly TraceOp[] | undefined;
  /** Records that touch this address. */
  readonly at?: number | undefined;
  /** At least this many bytes. */
  readonly least?: number | undefined;
  readonly failed?: boolean | undefined;
}

/** The records that a filter lets through. */
export function filterTrace(
  events: readonly TraceEvent[],
  filter: TraceFilter,
): readonly TraceEvent[] {
  return events.filter(
    (event) =>
      (filter.ops === undefined || filter.ops.includes(event.op)) &&
      (filter.least === undefined || event.size >= filter.least) &&
      (filter.failed !== true || event.error !== 0) &&
      (filter.at === undefined || touches(event, filter.at)),
  );
}

function touches(event: TraceEvent, address: number): boolean {
  const inside = (start: number, size: number) => address >= start && address < start + size;
  if (event.op === "remap" && inside(event.result, event.newSize)) return true;
  if (event.op === "map" && event.error === 0) return inside(event.result, event.size);
  if (event.op === "map" && event.address === 0) return false; // anywhere, and had nowhere
  return inside(event.address, event.size);
}

/**
 * "milliseconds, call, range, size, details", in columns.
 * @param rules of the trace's policy
 */
export function eventLine(event: TraceEvent, rules: Trace["rules"]): string {
  const time = (event.time / 1000).toFixed(3).padStart(10);
  const start = event.op === "map" && event.error === 0 ? event.result : event.address;
  const range = `${addressText(start)}-${addressText(start + event.size)}`;
  const outcome = event.error === 0 ? "" : `  FAILED: ${errorName(event.error)}`;
  const size = sizeText(event.size).padStart(9);
  return `${time}  ${event.op.padEnd(7)} ${range.padEnd(29)} ${size}  ${details(event, rules)}${outcome}`;
}

function details(event: TraceEvent, rules: Trace["rules"]): string {
  switch (event.op) {
    case "seed":
      return `${protectionText((event.attributes >> 4) & 7)} ${event.kind}`;
    case "map":
      return mapDetails(event, rules);
    case "protect":
      return protectionText(event.protection);
    case "remap":
      return remapDetails(event);
    case "claim":
      return [`aligned to ${sizeText(event.align)}`, ...chosenBy(event, rules)].join("  ");
    case "break":
    case "attach":
      return by(event.caller);
    case "name":
      return event.name;
    case "unmap":
    case "detach":
    case "release":
      return "";
  }
}

function mapDetails(event: TraceEvent & { op: "map" }, rules: Trace["rules"]): string {
  const shared = SHARED_TYPES.includes(event.flags & 0xf);
  const words = [shared ? "shared" : "private", ...named(event.flags, MAP_FLAGS)];
  const asked = event.address === 0 ? [] : [`asked for ${addressText(event.address)}`];
  const file = event.file < 0 ? [] : [`fd ${event.file} from ${sizeText(event.offset)}`];
  const what = `${protectionText(event.protection)} ${event.kind}`;
  const rule = chosenBy(event, rules);
  return [what, words.join(","), ...file, ...asked, by(event.caller), ...rule].join("  ");
}

function chosenBy({ rule }: { readonly rule: number }, rules: Trace["rules"]): readonly string[] {
  return rule === 0 ? [] : [ruleText(rule, rules)];
}

/** A rule as people quote it. */
export function ruleText(line: number, rules: Trace["rules"]): string {
  return `rule ${line}: ${rules.get(line) ?? "?"}`;
}

function remapDetails(event: TraceEvent & { op: "remap" }): string {
  const moved = event.result === event.address ? "in place" : `to ${addressText(event.result)}`;
  const outcome = event.error === 0 ? [moved] : [];
  const words = named(event.flags, REMAP_FLAGS).join(",");
  return [`now ${sizeText(event.newSize)}`, ...outcome, words, by(event.caller)].join("  ");
}

function by(caller: number): string {
  return caller === 0 ? "" : `by ${addressText(caller)}`;
}

function named(flags: number, names: readonly (readonly [number, string])[]): readonly string[] {
  return names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

function errorName(error: number): string {
  const entry = Object.entries(constants.errno).find(([, number]) => number === error);
  return entry?.[0] ?? `errno ${error}`;
}

/** What a trace comes to: a table of calls, and its header in words. */
export function traceSummary({ header, events }: Trace): readonly string[] {
  const last = events.at(-1)?.time ?? 0;
  const ops = [...new Set(events.map(({ op }) => op))];
  return [
    `process ${header.pid}, ${header.wordSize * 8}-bit, policy ${header.policy}, ${header.started.toISOString()}`,
    `${events.length} records in ${(last / 1e6).toFixed(3)} s`,
    "",
    `${"call".padEnd(10)}${"count".padStart(9)}${"failed".padStart(8)}${"bytes".padStart(12)}${"largest".padStart(12)}`,
    ...ops.map((op) =>
      opLine(
        op,
        events.filter((event) => event.op === op),
      ),
    ),
  ];
}

function opLine(op: TraceOp, events: readonly TraceEvent[]): string {
  const failed = events.filter(({ error }) => error !== 0).length;
  const done = events.filter(({ error }) => error === 0);
  const total = done.reduce((sum, { size }) => sum + size, 0);
  const most = done.reduce((largest, { size }) => Math.max(largest, size), 0);
  return [
    op.padEnd(10),
    String(events.length).padStart(9),
    String(failed).padStart(8),
    sizeText(total).padStart(12),
    sizeText(most).padStart(12),
  ].join("");
}
