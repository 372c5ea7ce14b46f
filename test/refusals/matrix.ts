/**
 * The refusal matrix: every system call, and every flag of one, that a program's life under the linker
 * has beyond what it has under glibc's is refused, and the program runs as under glibc with the same
 * filter.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TARGETS } from "../../codegen/targets.ts";
import { type Build, buildAll } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import type { Role } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { type Start, start, type Way } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { type Call, extraRules, parseTrace, type Rule, refusals } from "./rules.ts";

/** From when a call is refused: before the linker runs, or from the program's first line on. */
export type When = "before" | "later";

/** A program's life, and how it is filtered. */
export interface Life {
  readonly arch: Arch;
  readonly way: Way;
  readonly when: When;
  /** What the program does, in the words of `life.c`. */
  readonly stages: readonly string[];
}

/** One refusal; `wrong` says how the outcome differs from glibc's. */
export interface Row {
  readonly life: Life;
  readonly rule: Rule;
  readonly what: string;
  readonly wrong?: string;
}

/** The programs in `src/`. */
export const build: Build = {
  name: "refusals",
  sourceFolder: resolve(import.meta.dirname, "src"),
  targets: [
    { output: "refuse", sources: ["refuse.c"], runpath: false, flags: ["-static"] },
    { output: "allow", sources: ["allow.c"], runpath: false, flags: ["-static"] },
    { output: "trace", sources: ["trace.c"], runpath: false, flags: ["-static"] },
    { output: "libopened.so", sources: ["opened.c"] },
    { output: "life", sources: ["life.c"] },
  ],
};

export const everything = ["memory", "segment", "dlopen", "namespace", "thread", "fork"];

/** All lives: every stage by itself behind a filter of the program's own, and one with all behind an older one. */
export function lives(arch: Arch, ways: readonly Way[]): readonly Life[] {
  return ways.flatMap((way) => [
    { arch, way, when: "before" as const, stages: [] },
    { arch, way, when: "before" as const, stages: everything },
    { arch, way, when: "later" as const, stages: [] },
    ...everything.map((stage) => ({ arch, way, when: "later" as const, stages: [stage] })),
  ]);
}

/** How a program of ours is started: "life". */
export function beginLife({ arch, way }: Pick<Life, "arch" | "way">, role: Role): Start {
  const libraryPath = systemTree(arch)?.libraryPath;
  return start(role, way, {
    path: join(buildAll(build, arch), "life"),
    arch,
    copyInPlace: true,
    ...(libraryPath === undefined ? {} : { libraryPath }),
  });
}

/** Runs a life: `around` is the start of the command line, `filter` what the program refuses itself. */
async function live(
  life: Life,
  role: Role,
  around: readonly string[],
  filter: readonly [string, string] = ["-", "-"],
): Promise<Outcome> {
  const out = buildAll(build, life.arch);
  const begin = beginLife(life, role);
  const words = [...around, begin.file, ...begin.arguments, ...filter, ...life.stages];
  const outcome = await run({
    file: words[0] ?? "",
    arguments: words.slice(1),
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...begin.environment },
    folder: out,
    timeout: 60_000,
  });
  return normalise(outcome, begin.replacements);
}

/** Traces are taken this many times: what two threads do to each other differs. */
const TRACES = 2;

async function callsOf(life: Life, role: Role): Promise<readonly Call[]> {
  const folder = mkdtempSync(join(tmpdir(), "refusals-"));
  const tracer = join(buildAll(build, "x86_64"), "trace");
  const calls: Call[] = [];
  try {
    for (let index = 0; index < TRACES; index++) {
      const file = join(folder, `${index}`);
      const outcome = await live(life, role, [tracer, file]);
      if (outcome.status !== 7)
        throw new Error(`${role} under the tracer: ${JSON.stringify(outcome)}`);
      const trace = parseTrace(readFileSync(file, "latin1"), TARGETS[life.arch]);
      if (trace.later.length === 0) throw new Error(`${role}: no mark in the trace`);
      calls.push(...(life.when === "later" ? trace.later : trace.all));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return calls;
}

/** What can be refused in a life. */
export async function rulesOfLife(life: Life): Promise<readonly Rule[]> {
  return extraRules(
    await callsOf(life, "subject"),
    await callsOf(life, "reference"),
    TARGETS[life.arch],
  );
}

async function refusedLife(life: Life, role: Role, rule: Rule, what: string): Promise<Outcome> {
  const action = refusals[what] ?? what;
  const refuse = join(buildAll(build, life.arch), "refuse");
  return life.when === "later"
    ? live(life, role, [], [rule.text, action])
    : live(life, role, [refuse, rule.text, action]);
}

/** One row: the same refusal under both linkers. */
export async function refusalRow(life: Life, rule: Rule, what: string): Promise<Row> {
  const reference = await refusedLife(life, "reference", rule, what);
  if (reference.status !== 7)
    throw new Error(`glibc's linker makes ${rule.name}: ${JSON.stringify(reference)}`);
  const wrong = difference(reference, await refusedLife(life, "subject", rule, what));
  return { life, rule, what, ...(wrong === undefined ? {} : { wrong }) };
}

/** A life in words. */
export function lifeName({ arch, way, when, stages }: Life): string {
  return `${arch} ${way}, ${when === "before" ? "from before the start" : "installed later"}, ${stages.join(" ") || "nothing"}`;
}
