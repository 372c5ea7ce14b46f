/** What a placement makes of workloads, and how that compares with the kernel's. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReplayFigures, replayFigures } from "../../cli/space/replay-report.ts";
import { type Placement, replay } from "../../cli/space/replayer.ts";
import type { Workload } from "../../cli/space/workload.ts";
import { root } from "../../test/harness/linkers.ts";
import { median } from "../startup/statistics.ts";
import { textbookPolicies } from "./textbook.ts";

const MiB = 1 << 20;

/** A placement under judgement. */
export interface Subject {
  readonly name: string;
  readonly placement: Placement;
}

/** One kind of workload; each seed gives another one. */
export interface Case {
  readonly name: string;
  readonly workload: (seed: number) => Workload;
  /** Operations before the figures count; of a load that rises until a request fails, undefined. */
  readonly warmUp: ((workload: Workload) => number) | undefined;
}

/** What the project wants of its default policy, as ratios to the kernel's model; undefined: nothing. */
export interface Goals {
  readonly share: number;
  readonly least: number;
}

/** One subject's figures for one seed. */
interface Result {
  readonly seed: number;
  readonly figures: ReplayFigures;
  /** Live part of the space when the first request failed; infinite: none did. */
  readonly live: number;
  /** The operations before that. */
  readonly lasted: number;
}

/** A policy by the name of a built-in or textbook one, or of a file (with a `/`). */
export function subjectOf(name: string): Subject {
  const text = textbookPolicies[name];
  if (text !== undefined) {
    const folder = join(root, "build", "replayer");
    const path = join(folder, `${name.replace(/\W+/g, "-")}.policy`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
    return { name, placement: { by: "file", path } };
  }
  if (name === "kernel (model)") return { name, placement: { by: "kernel-model" } };
  if (name === "kernel (real)") return { name, placement: { by: "kernel" } };
  const placement: Placement = name.includes("/")
    ? { by: "file", path: name }
    : { by: "builtin", name };
  return { name, placement };
}

async function measure(
  subject: Subject,
  one: Case,
  seed: number,
  workload: Workload,
): Promise<Result> {
  const result = await replay(root, workload, subject.placement, true);
  const figures = replayFigures(result, one.warmUp?.(workload) ?? 0);
  const first = figures.firstFailure;
  return {
    seed,
    figures,
    live:
      first === undefined
        ? Number.POSITIVE_INFINITY
        : 1 - first.free / (workload.high - workload.low),
    lasted: first?.operation ?? Number.POSITIVE_INFINITY,
  };
}

const middle = (list: readonly Result[], value: (figures: ReplayFigures) => number): number =>
  median(list.map(({ figures }) => value(figures)));

/** Pairs of the same seed. */
function pairs(
  list: readonly Result[],
  base: readonly Result[],
): readonly (readonly [Result, Result])[] {
  return list.flatMap((own) => {
    const other = base.find(({ seed }) => seed === own.seed);
    return other === undefined ? [] : [[own, other] as const];
  });
}

function ratio(
  list: readonly Result[],
  base: readonly Result[],
  value: (figures: ReplayFigures) => number,
) {
  const ratios = pairs(list, base).map(([own, other]) => value(own.figures) / value(other.figures));
  return { median: median(ratios), worse: ratios.filter((one) => one < 1).length };
}

/** A line about a steady load. */
function steadyLine(name: string, list: readonly Result[], base: readonly Result[]): string {
  const share = ratio(list, base, ({ largestOfFree }) => largestOfFree);
  const least = ratio(list, base, ({ smallestLargest }) => smallestLargest);
  const failures = list.reduce((sum, { figures }) => sum + figures.failures, 0);
  return [
    name.padEnd(16).slice(-16),
    middle(list, ({ largestOfFree }) => largestOfFree).toFixed(3),
    `${share.median.toFixed(2)}x`,
    `${share.worse}/${list.length}`.padStart(5),
    (middle(list, ({ smallestLargest }) => smallestLargest) / MiB).toFixed(0).padStart(6),
    `${least.median.toFixed(2)}x`,
    `${least.worse}/${list.length}`.padStart(5),
    middle(list, ({ holes }) => holes)
      .toFixed(0)
      .padStart(6),
    middle(list, ({ tables }) => tables)
      .toFixed(0)
      .padStart(6),
    String(failures).padStart(5),
  ].join("  ");
}

/** A line about a rising load. */
function risingLine(name: string, list: readonly Result[], base: readonly Result[]): string {
  const live = list.map((result) => result.live);
  const both = pairs(list, base);
  const less = both.filter(([own, other]) => own.live < other.live);
  const earlier = both.filter(([own, other]) => own.lasted < other.lasted).length;
  return [
    name.padEnd(16).slice(-16),
    median(live).toFixed(3),
    `[${Math.min(...live).toFixed(2)}..${Math.max(...live).toFixed(2)}]`,
    `less in ${less.length}/${both.length}, earlier in ${earlier}`,
    ...less.map(
      ([own, other]) => `seed ${own.seed}: ${own.live.toFixed(3)} < ${other.live.toFixed(3)}`,
    ),
  ].join("  ");
}

const STEADY_COLUMNS =
  "                  L/F  ratio  worse  least  ratio  worse   holes  tables  failures";

/** The lines of a case: every subject, against the first one, which is the model of the kernel. */
export async function judge(
  one: Case,
  subjects: readonly Subject[],
  seeds: readonly number[],
): Promise<readonly string[]> {
  const results = subjects.map((): Result[] => []);
  for (const seed of seeds) {
    const workload = one.workload(seed);
    for (const [at, subject] of subjects.entries())
      results[at]?.push(await measure(subject, one, seed, workload));
  }
  const [base = []] = results;
  const line = one.warmUp === undefined ? risingLine : steadyLine;
  return [
    "",
    one.name,
    one.warmUp === undefined ? "                  live at the first failure" : STEADY_COLUMNS,
    ...subjects.map(({ name }, at) => line(name, results[at] ?? [], base)),
  ];
}
