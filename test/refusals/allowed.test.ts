/**
 * Filters that kill at whatever they do not know: what a program calls under glibc's linker, derived by tracing in
 * the same run, is all that is allowed, and the program runs under ours.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TARGETS } from "../../codegen/targets.ts";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { type Start, start, type Way, ways } from "../harness/start.ts";
import { beginLife, build, everything } from "./matrix.ts";
import { parseTrace } from "./rules.ts";

/** A command line under the linker of a role. */
interface Confined {
  readonly name: string;
  readonly arch: Arch;
  readonly begin: (role: Role) => Start;
  readonly words: readonly string[];
}

const threads = [
  "import threading, ctypes, mmap",
  "ctypes.CDLL('libm.so.6').cos",
  "work = lambda: [mmap.mmap(-1, 65536).close() for _ in range(50)]",
  "all = [threading.Thread(target=work) for _ in range(4)]",
  "[one.start() for one in all]",
  "[one.join() for one in all]",
  "print(sum(range(10)))",
].join("\n");

/** Programs of the system, as LINKER PROGRAM. */
const commands: readonly (readonly string[])[] = [
  ["true"],
  ["ls", "-l", "/usr"],
  ["cat", "/etc/os-release"],
  ["python3", "-c", threads],
  ["bash", "-c", 'printf "a\\nb\\n" | while read line; do echo "<$line>"; done; echo $(($$ > 0))'],
];

const programs: readonly Confined[] = [
  ...commands.map(
    ([name = "", ...words]): Confined => ({
      name,
      arch: "x86_64",
      words,
      begin: (role) => start(role, "direct", { path: `/usr/bin/${name}`, arch: "x86_64" }),
    }),
  ),
  ...arches.flatMap((arch) =>
    ways.flatMap((way: Way) =>
      [[], ...everything.map((stage) => [stage]), everything].map((stages): Confined => {
        const name = `life ${way}: ${stages.join(" ") || "nothing"}`;
        const begin = (role: Role) => beginLife({ arch, way }, role);
        return { name, arch, words: ["-", "-", ...stages], begin };
      }),
    ),
  ),
];

async function outcomeOf(
  { arch, begin, words }: Confined,
  role: Role,
  around: readonly string[],
): Promise<Outcome> {
  const started = begin(role);
  const [file = "", ...rest] = [...around, started.file, ...started.arguments, ...words];
  const outcome = await run({
    file,
    arguments: rest,
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...started.environment },
    folder: buildAll(build, arch),
    timeout: 60_000,
  });
  return normalise(outcome, started.replacements);
}

const tool = (name: string, arch: Arch) => join(buildAll(build, arch), name);

/** The numbers of the calls that a run under glibc's linker makes. */
async function traced(program: Confined): Promise<ReadonlySet<number>> {
  const folder = mkdtempSync(join(tmpdir(), "allowed-"));
  try {
    const file = join(folder, "trace");
    await outcomeOf(program, "reference", [tool("trace", program.arch), file]);
    const { all } = parseTrace(readFileSync(file, "latin1"), TARGETS[program.arch]);
    return new Set(all.map(({ number }) => number));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What two threads do to each other differs: traces are added until glibc's own run lives with them. */
async function allowances(program: Confined): Promise<{ list: string; reference: Outcome }> {
  const free = await outcomeOf(program, "reference", []);
  const numbers = new Set<number>();
  for (let attempt = 0; attempt < 5; attempt++) {
    for (const number of await traced(program)) numbers.add(number);
    const list = [...numbers].join(",");
    const reference = await outcomeOf(program, "reference", [tool("allow", program.arch), list]);
    if (difference(free, reference) === undefined) return { list, reference };
  }
  throw new Error(`${program.name} does not live under glibc's linker with what it calls there`);
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      const own = programs.filter((program) => program.arch === arch);
      test.each(own.map((program) => [program.name, program] as const))(
        "%s",
        async (_, program) => {
          const { list, reference } = await allowances(program);
          const subject = await outcomeOf(program, "subject", [tool("allow", arch), list]);
          expect(difference(reference, subject)).toBeUndefined();
          expect(reference.status).toBe(program.name.startsWith("life") ? 7 : 0);
        },
      );
    },
  );
}
