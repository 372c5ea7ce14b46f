/**
 * How a policy keeps a 32-bit address space whole, against the kernel's top-down placement, on invented game
 * sessions (game.ts): `npx tsx bench/space/fragmentation.ts [--seeds N] [--first SEED] [--policy NAME|FILE]... [--kernel]`.
 *
 * The requests are the same for everybody; Windows memory is asked for as wine does it, 64 KiB more than
 * needed and the ends given back.
 */
import { parseArgs } from "node:util";
import { type ReplayFigures, replayFigures } from "../../cli/space/replay-report.ts";
import { type Placement, replay } from "../../cli/space/replayer.ts";
import type { Workload } from "../../cli/space/workload.ts";
import { root } from "../../test/harness/linkers.ts";
import { median } from "../startup/statistics.ts";
import { gameWorkload, LEVEL, risingWorkload, SPACE } from "./game.ts";

const MiB = 1 << 20;
const STEADY_EPOCHS = 120;
/** Epochs of filling up, before a steady load counts. */
const WARM_UP = 20;

/** What the project wants of a policy, as ratios to the kernel's model. */
const GOALS = { largestOfFree: 1.2, smallestLargest: 1.4 };

interface Subject {
  readonly name: string;
  readonly placement: Placement;
}

/** One subject's figures for one seed. */
interface SeedFigures {
  readonly seed: number;
  /** Live part of the space when the first request failed, the load rising without end. */
  readonly liveAtFailure: number;
  /** How many operations came before that. */
  readonly lasted: number;
  readonly at60: ReplayFigures;
  readonly at75: ReplayFigures;
}

function steady(seed: number, load: number): Workload {
  return gameWorkload({
    seed,
    epochs: STEADY_EPOCHS,
    level: LEVEL,
    demand: (epoch) => SPACE * load * Math.min((epoch + 1) / WARM_UP, 1),
  });
}

/** The number of operations before the epoch `epoch`. */
function operationsBefore(workload: Workload, epoch: number): number {
  let [reports, count] = [0, 0];
  for (const operation of workload.operations) {
    if (operation.do !== "report") ++count;
    else if (++reports === epoch) return count;
  }
  return count;
}

/** The sessions of one seed. */
interface Sessions {
  readonly seed: number;
  readonly ramp: Workload;
  readonly at60: Workload;
  readonly at75: Workload;
}

function sessionsOf(seed: number): Sessions {
  return { seed, ramp: risingWorkload(seed), at60: steady(seed, 0.6), at75: steady(seed, 0.75) };
}

async function measure(subject: Subject, sessions: Sessions): Promise<SeedFigures> {
  const play = (workload: Workload) => replay(root, workload, subject.placement, true);
  const afterWarmUp = async (workload: Workload): Promise<ReplayFigures> =>
    replayFigures(await play(workload), operationsBefore(workload, WARM_UP));
  const ramp = replayFigures(await play(sessions.ramp));
  return {
    seed: sessions.seed,
    liveAtFailure: 1 - (ramp.firstFailure?.free ?? 0) / SPACE,
    lasted: ramp.firstFailure?.operation ?? Number.POSITIVE_INFINITY,
    at60: await afterWarmUp(sessions.at60),
    at75: await afterWarmUp(sessions.at75),
  };
}

function subjectOf(name: string): Subject {
  const placement: Placement = name.includes("/")
    ? { by: "file", path: name }
    : { by: "builtin", name };
  return { name, placement };
}

const middle = (list: readonly SeedFigures[], value: (figures: SeedFigures) => number): number =>
  median(list.map(value));

function describe(name: string, list: readonly SeedFigures[]): string {
  const live = list.map((figures) => figures.liveAtFailure);
  const load = (of: (figures: SeedFigures) => ReplayFigures): string => {
    const share = middle(list, (figures) => of(figures).largestOfFree).toFixed(3);
    const least = (middle(list, (figures) => of(figures).smallestLargest) / MiB).toFixed(0);
    const failures = list.reduce((sum, figures) => sum + of(figures).failures, 0);
    return `${share} ${least.padStart(5)} ${String(failures).padStart(4)}`;
  };
  const range = `[${Math.min(...live).toFixed(2)}..${Math.max(...live).toFixed(2)}]`;
  return [
    name.padEnd(18).slice(-18),
    `${median(live).toFixed(3)} ${range}`,
    load(({ at60 }) => at60),
    load(({ at75 }) => at75),
  ].join("   ");
}

/** The ratios of a subject to the baseline, pair by pair of the same seed. */
function compare(name: string, list: readonly SeedFigures[], base: readonly SeedFigures[]): string {
  const pairs = list.flatMap((figures) => {
    const other = base.find(({ seed }) => seed === figures.seed);
    return other === undefined ? [] : [{ figures, other }];
  });
  const share = median(
    pairs.map(({ figures, other }) => figures.at75.largestOfFree / other.at75.largestOfFree),
  );
  const least = median(
    pairs.map(({ figures, other }) => figures.at75.smallestLargest / other.at75.smallestLargest),
  );
  // Not the same: an epoch begins by giving back, so who lasts into a later one may fail at a lower load.
  const lower = pairs.filter(({ figures, other }) => figures.liveAtFailure < other.liveAtFailure);
  const earlier = pairs.filter(({ figures, other }) => figures.lasted < other.lasted);
  const mark = (met: boolean): string => (met ? "met" : "MISSED");
  return [
    name.padEnd(18).slice(-18),
    `largest/total ${share.toFixed(2)}x (>= ${GOALS.largestOfFree}: ${mark(share >= GOALS.largestOfFree)})`,
    `smallest largest ${least.toFixed(2)}x (>= ${GOALS.smallestLargest}: ${mark(least >= GOALS.smallestLargest)})`,
    `fails at an earlier request in ${earlier.length} of ${pairs.length} seeds (0: ${mark(earlier.length === 0)})`,
    `less live at the first failure in ${lower.length} (0: ${mark(lower.length === 0)})`,
    ...lower.map(
      ({ figures, other }) =>
        `seed ${figures.seed}: ${figures.liveAtFailure.toFixed(3)} < ${other.liveAtFailure.toFixed(3)}`,
    ),
  ].join("   ");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "10" },
      first: { type: "string", default: "1" },
      policy: { type: "string", multiple: true, default: ["compact", "wine"] },
      kernel: { type: "boolean", default: false },
    },
  });
  const subjects: readonly Subject[] = [
    { name: "kernel (model)", placement: { by: "kernel-model" } },
    ...(values.kernel ? [{ name: "kernel (real)", placement: { by: "kernel" } } as const] : []),
    ...values.policy.map(subjectOf),
  ];
  const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + Number(values.first));
  console.log(
    `medians of ${seeds.length} seeds; a steady load of 60 and of 75 % of 4 GiB: largest/total free, smallest largest block in MiB, failures`,
  );
  console.log(`${"".padEnd(18)}   live at first failure  60 %               75 %`);
  const lists = subjects.map((): SeedFigures[] => []);
  for (const seed of seeds) {
    const sessions = sessionsOf(seed);
    for (const [index, subject] of subjects.entries())
      lists[index]?.push(await measure(subject, sessions));
  }
  const results = subjects.map(({ name }, index) => ({ name, list: lists[index] ?? [] }));
  for (const { name, list } of results) console.log(describe(name, list));
  const [base, ...others] = results;
  if (base === undefined) return;
  console.log("\nagainst the model of the kernel, medians of the pairs at 75 %:");
  for (const { name, list } of others) console.log(compare(name, list, base.list));
}

await main();
