/** `wine-ld trace show` and `wine-ld trace replay`: recorded calls, read and replayed. */
import { readFileSync } from "node:fs";
import { UsageError } from "./command-error.ts";
import { jsonText } from "./json-text.ts";
import { projectRoot } from "./project-root.ts";
import { parseSize, sizeText } from "./space/quantities.ts";
import { planReplay } from "./space/replay-plan.ts";
import { type ReplayFigures, replayFigures } from "./space/replay-report.ts";
import { type Placement, replay } from "./space/replayer.ts";
import { decodeTrace, TRACE_OPS, type Trace, type TraceOp } from "./space/trace-format.ts";
import { eventLine, filterTrace, traceSummary } from "./space/trace-lines.ts";
import type { Workload } from "./space/workload.ts";
import { asCommandError } from "./system-error.ts";

/** What may be said to `trace show`. */
export interface ShowOptions {
  readonly op?: readonly string[];
  readonly at?: string;
  readonly least?: string;
  readonly failed?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
}

/** What may be said to `trace replay`. */
export interface ReplayOptions {
  readonly policy?: readonly string[];
  readonly limit?: string;
  readonly kernel?: boolean;
  readonly json?: boolean;
}

/** A trace file. */
export function readTrace(path: string): Trace {
  return decodeTrace(readFile(path));
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw asCommandError(error, path);
  }
}

/** The lines of `wine-ld trace show`. */
export function showTrace(path: string, options: ShowOptions): readonly string[] {
  const trace = readTrace(path);
  if (options.summary === true && options.json !== true) return traceSummary(trace);
  const events = filterTrace(trace.events, {
    ops: options.op?.map(parseOp),
    at: options.at === undefined ? undefined : parseSize(options.at),
    least: options.least === undefined ? undefined : parseSize(options.least),
    failed: options.failed,
  });
  if (options.json === true)
    return [
      jsonText({ header: trace.header, rules: Object.fromEntries(trace.rules), records: events }),
    ];
  return events.map((event) => eventLine(event, trace.rules));
}

function parseOp(word: string): TraceOp {
  const op = TRACE_OPS.find((known) => known === word);
  if (op === undefined)
    throw new UsageError(`"${word}" is not recorded; known are ${TRACE_OPS.join(", ")}`);
  return op;
}

/** The built-in policies that a replay compares when none is named. */
const DEFAULT_POLICIES = ["compact", "wine", "kernel"];
const REPORTS = 500;

interface Subject {
  readonly name: string;
  readonly placement: Placement;
}

function subjectOf(name: string): Subject {
  if (name.includes("/")) return { name, placement: { by: "file", path: name } };
  return name === "kernel"
    ? { name: "kernel (model)", placement: { by: "kernel-model" } }
    : { name, placement: { by: "builtin", name } };
}

function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = parseSize(text);
  if (limit > 2 ** 32 || limit < 2 ** 20)
    throw new UsageError("--limit is the size of a 32-bit address space: 2G, 3G or 4G");
  return limit;
}

/** Replays a trace by several placements; the lines of `wine-ld trace replay`. */
export async function replayTrace(
  path: string,
  options: ReplayOptions,
): Promise<readonly string[]> {
  const limit = parseLimit(options.limit);
  const workload = planReplay(readTrace(path), { limit, reports: REPORTS });
  const subjects: readonly Subject[] = [
    ...(options.policy ?? DEFAULT_POLICIES).map(subjectOf),
    ...(options.kernel === true
      ? [{ name: "kernel (real)", placement: { by: "kernel" } } as const]
      : []),
  ];
  const results: { readonly policy: string; readonly figures: ReplayFigures }[] = [];
  for (const { name, placement } of subjects) {
    const result = await replay(projectRoot, workload, placement, true);
    results.push({ policy: name, figures: replayFigures(result) });
  }
  return options.json === true
    ? [jsonText(results.map(({ policy, figures }) => ({ policy, ...figures })))]
    : [...heading(workload), ...results.map(({ policy, figures }) => figuresLine(policy, figures))];
}

function heading({ wordSize, operations, low, high }: Workload): readonly string[] {
  const calls = operations.filter((operation) => operation.do !== "report").length;
  const columns = `${"largest/free".padStart(13)}${"smallest largest".padStart(18)}${"failures".padStart(10)}  first failure`;
  return [
    `${calls} operations in a ${wordSize * 8}-bit address space of ${sizeText(high - low)}`,
    "",
    `${"policy".padEnd(18)}${columns}`,
  ];
}

function figuresLine(name: string, figures: ReplayFigures): string {
  const { firstFailure: first } = figures;
  const failure =
    first === undefined
      ? "none"
      : `operation ${first.operation}: ${sizeText(first.size)} wanted, ${sizeText(first.largest)} of ${sizeText(first.free)} free in one piece`;
  const conflicts = figures.conflicts === 0 ? "" : `  (${figures.conflicts} fixed addresses taken)`;
  return [
    name.padEnd(18).slice(-18),
    figures.largestOfFree.toFixed(3).padStart(13),
    sizeText(figures.smallestLargest).padStart(18),
    String(figures.failures).padStart(10),
    `  ${failure}${conflicts}`,
  ].join("");
}
