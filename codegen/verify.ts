/**
 * `wine-ld abi verify`: a module held against a glibc that is really there. The story of the checks, in
 * order of what they need: nothing, the stripped files, a run under glibc's ld.so, runs under wine-ld.
 */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { Abi } from "./abi/model.ts";
import { type GlibcFiles, locateGlibc, readElf } from "./ingest/locate.ts";
import { probeOf } from "./verify/behaviours/program.ts";
import { verifyBehaviours } from "./verify/behaviours/run.ts";
import { verifyLayout } from "./verify/c-layout.ts";
import { describeDifferences, type Sides, type Verdict } from "./verify/check.ts";
import { linkerReasons } from "./verify/reasons.ts";
import { compareStates, type Excused } from "./verify/snapshot/compare.ts";
import { decodeState, type State } from "./verify/snapshot/decode.ts";
import { SnapshotError } from "./verify/snapshot/file.ts";
import { verifyInvariants } from "./verify/snapshot/invariants.ts";
import { type Process, readProcess } from "./verify/snapshot/process.ts";
import { snapshotProgram } from "./verify/snapshot/program.ts";
import { type Start, takeSnapshot } from "./verify/snapshot/run.ts";
import { verifyStatic } from "./verify/static.ts";

/** What is verified against what. */
export interface VerifyRequest {
  readonly abi: Abi;
  /** The system's root or an unpacked tree that holds the glibc. */
  readonly root: string;
  /** A linker that wine-ld built for this ABI; without one, its state is not compared. */
  readonly linker?: string;
  /** The checkout, which has the compiler for the snapshot program. */
  readonly checkout: string;
  /** Where the snapshot program is kept. */
  readonly cacheDir: string;
  readonly progress?: (line: string) => void;
}

/** One kind of check. */
export interface VerifyPart {
  readonly name: string;
  readonly verdict: Verdict;
  /** Default: expected and found. */
  readonly sides?: Sides;
  /** Differences between linkers that a reason explains. */
  readonly excused?: readonly Excused[];
}

/** All checks of one module. */
export interface VerifyReport {
  readonly abi: string;
  readonly parts: readonly VerifyPart[];
  readonly passed: boolean;
}

const MODULE_SIDES: Sides = { expected: "the module says", found: "found" };
const LINKER_SIDES: Sides = { expected: "glibc's ld.so has", found: "wine-ld has" };
const BEHAVIOUR_SIDES: Sides = { expected: "under glibc's ld.so", found: "under wine-ld" };
const STARTS: readonly Start[] = ["interpreter", "direct"];

function readStripped(files: GlibcFiles) {
  const libraries = [...files.libraries].map(([name, path]) => [name, readElf(path)] as const);
  return { ldso: readElf(files.ldso), libraries: new Map(libraries) };
}

interface Run {
  readonly process: Process;
  readonly state: State;
}

/** Runs the snapshot program under a linker and reads its state through the module. */
function runState(
  { abi, root }: VerifyRequest,
  files: GlibcFiles,
  program: string,
  linkerPath: string,
  start: Start,
): Run {
  const linker = realpathSync(linkerPath);
  const libraryPath = root === "/" ? [] : [dirname(realpathSync(files.libc))];
  const snapshot = takeSnapshot({ program, linker, start, libraryPath });
  const process = readProcess(abi, snapshot, {
    program: { path: realpathSync(program), elf: readElf(program) },
    linker: { path: linker, elf: readElf(linker) },
  });
  return { process, state: decodeState(process) };
}

/** A run that a wrong module or a broken linker makes impossible is a difference, not an accident. */
function attempt(name: string, part: () => VerifyPart): VerifyPart {
  try {
    return part();
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    const difference = { what: name, expected: "a state that can be read", found: error.message };
    return { name, verdict: { compared: 1, differences: [difference] } };
  }
}

function invariantPart(name: string, run: () => Run): VerifyPart {
  return attempt(name, () => {
    const { process, state } = run();
    return { name, verdict: verifyInvariants(process, state, readElf) };
  });
}

function comparisonPart(
  version: string,
  name: string,
  glibc: () => Run,
  wineLd: () => Run,
): VerifyPart {
  return attempt(name, () => {
    const result = compareStates(glibc().state, wineLd().state, linkerReasons(version));
    const { compared, differences, excused } = result;
    return { name, verdict: { compared, differences }, sides: LINKER_SIDES, excused };
  });
}

/** Whatever libc calls in its linker, through the pointers and exports that the state check cannot judge. */
async function behavioursPart(
  { abi, checkout, cacheDir, root }: VerifyRequest,
  { ldso, libc }: GlibcFiles,
  linker: string,
): Promise<VerifyPart> {
  const verdict = verifyBehaviours({
    probe: await probeOf(checkout, abi.arch, cacheDir),
    reference: realpathSync(ldso),
    subject: realpathSync(linker),
    libraryPath: root === "/" ? [] : [dirname(realpathSync(libc))],
  });
  return { name: "behaviours under wine-ld against glibc's", verdict, sides: BEHAVIOUR_SIDES };
}

/** Calls once, and gives the outcome again when called again. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Runs all checks that the request allows.
 * @throws LocateError, ToolchainError with a sentence when something needed is missing
 */
export async function verifyAbi(request: VerifyRequest): Promise<VerifyReport> {
  const { abi, linker, progress = () => {} } = request;
  const files = locateGlibc(request.root, abi.arch);
  progress(`${abi.id}: checking the layouts and ${files.libraries.size} stripped libraries`);
  const parts: VerifyPart[] = [
    { name: "rules of layout", verdict: verifyLayout(abi), sides: MODULE_SIDES },
    {
      name: "stripped files",
      verdict: verifyStatic(abi, readStripped(files)),
      sides: MODULE_SIDES,
    },
  ];
  const program = await snapshotProgram(request.checkout, abi.arch, request.cacheDir);
  for (const start of STARTS) {
    progress(`${abi.id}: reading the state of a running program (${start})`);
    const glibc = once(() => runState(request, files, program, files.ldso, start));
    parts.push(invariantPart(`state under glibc's ld.so (${start})`, glibc));
    if (linker === undefined) continue;
    const wineLd = once(() => runState(request, files, program, linker, start));
    parts.push(
      invariantPart(`state under wine-ld (${start})`, wineLd),
      comparisonPart(abi.version, `state under wine-ld against glibc's (${start})`, glibc, wineLd),
    );
  }
  if (linker !== undefined) {
    progress(`${abi.id}: comparing behaviours`);
    parts.push(await behavioursPart(request, files, linker));
  }
  const passed = parts.every(({ verdict }) => verdict.differences.length === 0);
  return { abi: abi.id, parts, passed };
}

/** A report as text: a line for each part, the differences below it. */
export function describeReport({ abi, parts, passed }: VerifyReport): string {
  const lines = parts.flatMap(({ name, verdict, sides, excused = [] }) => {
    const { compared, differences } = verdict;
    const excuse = excused.length > 0 ? `, ${excused.length} for a known reason` : "";
    const result = differences.length === 0 ? "ok" : `${differences.length} DIFFER`;
    return [
      `  ${name}: ${compared} compared, ${result}${excuse}`,
      ...describeDifferences(differences, sides).map((line) => `    ${line}`),
    ];
  });
  return [`${abi}: ${passed ? "fits" : "does NOT fit"}`, ...lines].join("\n");
}
