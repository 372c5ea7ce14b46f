/**
 * How policies keep a 32-bit address space whole, against the kernel's top-down placement: `npx tsx
 * bench/space/fragmentation.ts [--half design|judge] [--seeds N] [--first SEED] [--policy NAME|FILE]...`.
 *
 * First on recordings of real programs (traces/), composed (composite.ts): a steady load and a rising one. Half of the
 * recordings are to design policies with; what is claimed of a policy is what the other half, `judge`, says. Last on invented game sessions
 * (game.ts). Windows memory is asked for as wine does it, 64 KiB more than needed and the ends given back.
 */
import { parseArgs } from "node:util";
import type { Workload } from "../../cli/space/workload.ts";
import { compose } from "./composite.ts";
import { gameWorkload, LEVEL, risingWorkload, SPACE } from "./game.ts";
import { type Case, judge, subjectOf } from "./judge.ts";
import { type Half, halfOf, recordings } from "./recording.ts";
import { textbookPolicies } from "./textbook.ts";

/** Turns of the copies of a composition. */
const TURNS = 300;
/** The part of them after which a steady load counts. */
const SETTLED = 0.2;
const STEADY_EPOCHS = 120;
/** Epochs of filling up, before a steady load counts. */
const WARM_UP = 20;

/** Operations that are not reports, before the operation at `index`. */
function operationsBefore(workload: Workload, index: number): number {
  return workload.operations.slice(0, index).filter((operation) => operation.do !== "report")
    .length;
}

function compositions(half: Half): readonly Case[] {
  const traces = halfOf(recordings("i386"), half).map(({ trace }) => trace);
  const variants = [
    { what: "", scale: 1, reloads: false },
    { what: ", sizes from 64 KiB on times 3", scale: 3, reloads: false },
    { what: ", libraries loaded by each copy", scale: 1, reloads: true },
  ];
  return variants.flatMap(({ what, ...variant }): readonly Case[] => [
    ...[0.6, 0.75].map((load) => ({
      name: `recordings, ${load * 100} % live${what}`,
      workload: (seed: number) =>
        compose({ ...variant, seed, traces, turns: TURNS, load: () => load }),
      warmUp: (workload: Workload) =>
        operationsBefore(workload, workload.operations.length * SETTLED),
    })),
    {
      name: `recordings, rising load${what}`,
      workload: (seed: number) =>
        compose({ ...variant, seed, traces, turns: TURNS, load: (done: number) => 1.2 * done }),
      warmUp: undefined,
    },
  ]);
}

/** The index of the report that ends the epochs of filling up. */
function endOfFilling({ operations }: Workload): number {
  const reports = operations.flatMap((operation, at) => (operation.do === "report" ? [at] : []));
  return reports[WARM_UP - 1] ?? 0;
}

function games(): readonly Case[] {
  const steady = (load: number): Case => ({
    name: `invented sessions, ${load * 100} % live`,
    workload: (seed) =>
      gameWorkload({
        seed,
        epochs: STEADY_EPOCHS,
        level: LEVEL,
        demand: (epoch) => SPACE * load * Math.min((epoch + 1) / WARM_UP, 1),
      }),
    warmUp: (workload) => operationsBefore(workload, endOfFilling(workload)),
  });
  const rising = {
    name: "invented sessions, rising load",
    workload: risingWorkload,
    warmUp: undefined,
  };
  return [steady(0.6), steady(0.75), rising];
}

const DEFAULT = [...Object.keys(textbookPolicies), "compact"];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      half: { type: "string", default: "judge" },
      seeds: { type: "string", default: "6" },
      first: { type: "string", default: "1" },
      policy: { type: "string", multiple: true, default: DEFAULT },
      only: { type: "string", default: "" },
    },
  });
  const subjects = ["kernel (model)", "kernel (real)", ...values.policy].map(subjectOf);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + Number(values.first));
  console.log(
    `${seeds.length} seeds, medians. L/F: mean of largest block / all free space; least: the smallest largest block, in MiB; ` +
      "worse: seeds below the kernel's model; tables: pages of page tables",
  );
  const cases = [...compositions(values.half === "design" ? "design" : "judge"), ...games()];
  for (const one of cases.filter(({ name }) => name.includes(values.only)))
    for (const line of await judge(one, subjects, seeds)) console.log(line);
}

await main();
