/**
 * What a conformance case is, and how one is run: under glibc's ld.so and under the linker to be tested,
 * in one way of starting and with one kind of binding, and compared.
 */
import { resolve } from "node:path";
import { isInRange, type VersionRange } from "../../codegen/version-range.ts";
import { type Build, buildAll, type Target } from "../harness/build.ts";
import { difference, ending, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { glibcVersion, linkerPath, type Role, referencePath } from "../harness/linkers.ts";
import { choicesInPart } from "../harness/part.ts";
import { type Command, type Outcome, run } from "../harness/run.ts";
import { type SecureStart, secureCommand } from "../harness/secure-start.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

export type Binding = "lazy" | "now";
export const bindings: readonly Binding[] = ["lazy", "now"];

/**
 * One invocation of a case's program. `$out` in any text is the folder of the built files, `$linker` the
 * linker of the run, `$system` glibc's and `$subject` the one under test.
 */
export interface Invocation {
  readonly label?: string;
  /** The program's name among the case's targets; `main` when absent. May be a linker, as in texts. */
  readonly program?: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Options of the linker itself: makes the invocation one of direct starts only. */
  readonly options?: readonly string[];
  readonly ways?: readonly Way[];
  readonly bindings?: readonly Binding[];
  /** Run as this user, from a copy with the set-user-id bit. */
  readonly setuidUser?: number;
  /** Of a set-user-id program: started without these descriptors. */
  readonly closed?: SecureStart["closed"];
  /** Of a set-user-id program: libraries for the trusted folder. */
  readonly trusted?: SecureStart["trusted"];
  /** The versions of glibc that have what this needs; all when absent. */
  readonly glibc?: VersionRange;
  /** What the *reference* must do for the case to mean anything; status 0 when absent. */
  readonly expect?: {
    /** The versions that do so; what others do is compared only. */
    readonly glibc?: VersionRange;
    readonly status?: number;
    readonly signal?: string;
    readonly stdout?: string | RegExp;
    readonly stderr?: string | RegExp;
  };
}

/** Programs and libraries, and what to do with them. */
export interface ProgramCase {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly arches?: readonly Arch[];
  /** The versions of glibc that have what this needs; all when absent. */
  readonly glibc?: VersionRange;
  /** One plain invocation when absent. */
  readonly invocations?: readonly Invocation[];
}

/** The version of the glibc of the comparison. */
export function glibcOf(arch: Arch): string {
  return glibcVersion(referencePath(arch) ?? "/") ?? "0";
}

/** A run of the suite: an invocation of a case, a way of starting, a kind of binding. */
export interface CaseRun {
  readonly name: string;
  readonly testCase: ProgramCase;
  readonly invocation: Invocation;
  readonly way: Way;
  readonly binding: Binding;
}

const plain: readonly Invocation[] = [{}];

/** All runs of cases that an architecture and a version of glibc have. */
export function caseRuns(
  cases: readonly ProgramCase[],
  arch: Arch,
  glibc: string,
): readonly CaseRun[] {
  const runs = cases
    .filter((one) => (one.arches?.includes(arch) ?? true) && isInRange(one.glibc ?? {}, glibc))
    .flatMap((testCase) =>
      (testCase.invocations ?? plain)
        .filter((invocation) => isInRange(invocation.glibc ?? {}, glibc))
        .map((invocation) => runsOf(testCase, invocation)),
    );
  return runs.flatMap(choicesInPart);
}

function runsOf(testCase: ProgramCase, invocation: Invocation): readonly CaseRun[] {
  const label = [testCase.name, invocation.label].filter((part) => part !== undefined).join(": ");
  const allowed =
    invocation.options === undefined ? (invocation.ways ?? ways) : ["direct" as const];
  return allowed.flatMap((way) =>
    (invocation.bindings ?? bindings).map((binding) => {
      return { name: `${label} (${way}, ${binding})`, testCase, invocation, way, binding };
    }),
  );
}

const sourceFolder = resolve(import.meta.dirname, "src");

/** The build of a case. */
export function buildOf(testCase: ProgramCase): Build {
  return { name: testCase.name, sourceFolder, targets: testCase.targets };
}

/** Environment of every test program: nothing of the machine's, but a PATH. */
const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/tmp",
  LC_ALL: "C",
};

/** A variable of LD_LIBRARY_PATH's kind, joined from parts. */
function joinPaths(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(":");
}

async function runOne(
  role: Role,
  out: string,
  invocation: Invocation,
  arch: Arch,
  way: Way,
  binding: Binding,
): Promise<Outcome> {
  const expand = (text: string): string =>
    text
      .replaceAll("$out", out)
      .replaceAll("$linker", linkerPath(role, arch))
      .replaceAll("$system", linkerPath("reference", arch))
      .replaceAll("$subject", linkerPath("subject", arch));
  const own = Object.fromEntries(
    Object.entries(invocation.environment ?? {}).map(([name, value]) => [name, expand(value)]),
  );
  const tree = systemTree(arch);
  const secure = invocation.setuidUser !== undefined;
  const asked = own["LD_LIBRARY_PATH"];
  const libraryPath =
    tree === undefined || secure
      ? undefined
      : [...(asked === undefined ? [] : [asked]), ...tree.libraryPath];
  const begin = start(
    role,
    way,
    {
      path: resolve(out, expand(invocation.program ?? "main")),
      arch,
      copyInPlace: true,
      ...(libraryPath === undefined ? {} : { libraryPath }),
      ...(secure ? { setuid: true } : {}),
    },
    (invocation.options ?? []).map(expand),
  );
  const command: Command = {
    file: begin.file,
    arguments: [...begin.arguments, ...(invocation.arguments ?? []).map(expand)],
    environment: {
      ...plainEnvironment,
      ...(binding === "now" ? { LD_BIND_NOW: "1" } : {}),
      ...own,
      ...begin.environment,
      ...(way === "direct" && tree !== undefined && asked !== undefined
        ? { LD_LIBRARY_PATH: joinPaths(asked, ...tree.libraryPath) }
        : {}),
    },
    folder: out,
    timeout: 20_000,
    ...(invocation.input === undefined ? {} : { input: invocation.input }),
    ...(invocation.setuidUser === undefined ? {} : { user: invocation.setuidUser }),
  };
  const { closed, trusted } = invocation;
  const plainly = closed === undefined && trusted === undefined;
  const needs: SecureStart = {
    ...(closed === undefined ? {} : { closed }),
    ...(trusted === undefined
      ? {}
      : { trusted: trusted.map((file) => ({ ...file, path: expand(file.path) })) }),
  };
  const outcome = await run(plainly ? command : secureCommand(command, needs));
  return normalise(outcome, [
    ...begin.replacements,
    { find: /\(0x[0-9a-f]{8,16}\)/g, put: "(<address>)" },
    { find: /^ +\d+:\t/gm, put: "<process>:\t" },
    // `--list` of glibc names the program too when a variable that it never set happens not to be 0.
    { find: /^\t \(<address>\)\n/gm, put: "" },
  ]);
}

/** What is wrong with the reference's own outcome: the case would prove nothing. */
function wrongReference(
  outcome: Outcome,
  expect: NonNullable<Invocation["expect"]>,
  glibc: string,
): string | undefined {
  if (!isInRange(expect.glibc ?? {}, glibc)) return undefined;
  const wanted =
    expect.signal !== undefined
      ? `killed by ${expect.signal}`
      : `exit status ${expect.status ?? 0}`;
  const said = `stdout:\n${outcome.stdout}\nstderr:\n${outcome.stderr}`;
  if (ending(outcome) !== wanted)
    return `glibc's ld.so: ${ending(outcome)}, expected ${wanted}\n${said}`;
  for (const stream of ["stdout", "stderr"] as const) {
    const pattern = expect[stream];
    if (pattern === undefined) continue;
    const matches =
      typeof pattern === "string"
        ? outcome[stream].includes(pattern)
        : pattern.test(outcome[stream]);
    if (!matches) return `glibc's ld.so: ${stream} has no ${String(pattern)}\n${said}`;
  }
  return undefined;
}

/** Runs an invocation under both linkers. Returns what is wrong, or undefined. */
export async function compareInvocation(
  testCase: ProgramCase,
  invocation: Invocation,
  arch: Arch,
  way: Way,
  binding: Binding,
): Promise<string | undefined> {
  const out = buildAll(buildOf(testCase), arch);
  const reference = await runOne("reference", out, invocation, arch, way, binding);
  const wrong = wrongReference(reference, invocation.expect ?? {}, glibcOf(arch));
  if (wrong !== undefined) return wrong;
  const subject = await runOne("subject", out, invocation, arch, way, binding);
  return difference(reference, subject);
}
