/**
 * libc's code: what is written into it, and what happens when it may not be written to or somebody traces it.
 * Each program must do what it does under glibc's linker in the same place.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { keptInstructions } from "../../codegen/emit/first-instruction.ts";
import { replacedEntries } from "../../codegen/emit/mmap-entries.ts";
import { installedArchs } from "../../codegen/system-glibc.ts";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import {
  arches,
  glibcVersion,
  type Role,
  referencePath,
  whyNotComparable,
  workFolder,
} from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const folder = import.meta.dirname;
const out = join(workFolder, "space");

/** Compiles one of the programs here, unless that is done. */
function compile(source: string, arch: Arch, label: string, flags: readonly string[]): string {
  const program = join(out, `${source.replace(/\.c$/, "")}-${label}`);
  const file = join(folder, source);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(file).mtimeMs) return program;
  mkdirSync(out, { recursive: true });
  execFileSync("gcc", [
    arch === "i386" ? "-m32" : "-m64",
    ...["-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program, file],
    ...flags,
  ]);
  return program;
}

const usable = arches.filter(
  (arch) => whyNotBuildable(arch) === undefined && whyNotComparable(arch) === undefined,
);

const programOf = (arch: Arch) =>
  compile("library_code.c", arch, arch, [...sysrootFlags(arch), ...dlopenFlags]);

/** The words and the environment of a start of library_code. */
function begin(
  role: Role,
  way: Way,
  arch: Arch,
  words: readonly string[],
): {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const path = programOf(arch);
  const tree = systemTree(arch);
  const program = { path, arch, ...(tree === undefined ? {} : { libraryPath: tree.libraryPath }) };
  const { file, arguments: options, environment } = start(role, way, program);
  return { words: [file, ...options, ...words], environment };
}

/** Runs a command line to which something is refused. */
function refused(
  refusals: readonly string[],
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return run({
    file: compile("refuse.c", "x86_64", "machine", []),
    arguments: [...refusals, "--", ...words],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", ...environment },
    folder: out,
    timeout: 60_000,
  });
}

const REPLACED = "replaced, one mapping, not writable";
const KEPT = "as in the file, one mapping, not writable";

/** What is refused, what WINE_LD_ENTRIES says, and how libc's code lies in memory then. */
const refusals: readonly {
  readonly words: readonly string[];
  readonly entries: string;
  readonly code: string;
}[] = [
  { words: [], entries: "", code: REPLACED },
  { words: [], entries: "write", code: REPLACED },
  { words: [], entries: "keep", code: KEPT },
  { words: ["mdwe"], entries: "", code: REPLACED },
  { words: ["data=1000"], entries: "", code: REPLACED },
  { words: ["executable"], entries: "", code: KEPT },
  { words: ["executable", "kill"], entries: "", code: KEPT },
  { words: ["executable", "kill"], entries: "write", code: REPLACED },
  { words: ["writable"], entries: "write", code: REPLACED },
  { words: ["write-file"], entries: "", code: KEPT },
  { words: ["write-file", "kill"], entries: "", code: KEPT },
  {
    words: ["write-file"],
    entries: "write",
    code: "replaced, several mappings, not writable",
  },
  { words: ["write-file", "mdwe"], entries: "write", code: KEPT },
  { words: ["write-file", "executable"], entries: "write", code: KEPT },
  { words: ["write-file", "writable", "errno=13"], entries: "write", code: KEPT },
];

describe.each(usable)("%s: writing into libc's code is refused", (arch) => {
  describe.each(ways)("%s", (way) => {
    it.each(refusals)("$words, asked to $entries: $code", async ({ words, entries, code }) => {
      const outcome = (role: Role) => {
        const { words: line, environment } = begin(role, way, arch, ["code"]);
        return refused(words, line, { ...environment, WINE_LD_ENTRIES: entries });
      };
      const reference = await outcome("reference");
      if (reference.status === 125) expect.fail(reference.stderr);
      expect(reference.stderr).toBe(`${KEPT}\n`);
      expect(await outcome("subject")).toEqual({ ...reference, stderr: `${code}\n` });
    });
  });

  it("says what it does not know", async () => {
    const { words, environment } = begin("subject", "direct", arch, []);
    expect(await refused([], words, { ...environment, WINE_LD_ENTRIES: "rite" })).toMatchObject({
      status: 127,
      stderr: 'wine-ld: WINE_LD_ENTRIES: "rite" is neither "write" nor "keep"\n',
    });
  });
});

const launchable = usable.filter((arch) => installedArchs("/").includes(arch));
describe.each(launchable)("%s: `wine-ld run` behind a filter", (arch) => {
  const command = join(import.meta.dirname, "../../cli/wine-ld.js");
  it.each([
    [["write-file"], "replaced, several mappings, not writable"],
    [["write-file", "kill"], KEPT],
  ] as const)("%s: %s", async (words, code) => {
    const line = [process.execPath, command, "run", "--", programOf(arch), "code"];
    const outcome = await refused(words, line, {});
    expect(outcome).toMatchObject({ status: 0, stdout: "0 wrong\n", stderr: `${code}\n` });
  });
});

/** How often each function that `library` exports is called or jumped to from its own code, by name. */
function ownCalls(library: string): ReadonlyMap<string, number> {
  const limit = { encoding: "utf8", maxBuffer: 1 << 30 } as const;
  const code = execFileSync("objdump", ["-d", "--no-show-raw-insn", library], limit);
  const targets = new Map<number, number>();
  for (const [, target = ""] of code.matchAll(/\s(?:call|j[a-z]+)\s+([0-9a-f]+)/g)) {
    const address = Number.parseInt(target, 16);
    targets.set(address, (targets.get(address) ?? 0) + 1);
  }
  const symbols = execFileSync("readelf", ["--dyn-syms", "-W", library], limit);
  const functions = symbols.matchAll(/: ([0-9a-f]+) .* FUNC .* ([a-z_0-9]+)@@?GLIBC/g);
  return new Map(
    [...functions].map(([, address = "", name = ""]) => [
      name,
      targets.get(Number.parseInt(address, 16)) ?? 0,
    ]),
  );
}

describe.each(usable)("%s: the entries that stay as they are", (arch) => {
  it("are called from nowhere in libc, the others are", () => {
    const linker = referencePath(arch) ?? "";
    const calls = ownCalls(join(dirname(realpathSync(linker)), "libc.so.6"));
    const abi = allAbis.find(({ id }) => id === `glibc-${glibcVersion(linker)}-${arch}`);
    const replaced = new Set(abi && replacedEntries(abi).map(({ symbol }) => symbol));
    expect(replaced.size).toBeGreaterThan(5);
    const told = abi?.mmapEntries.map(({ symbol }) => ({
      symbol,
      called: (calls.get(symbol) ?? 0) > 0,
    }));
    expect(told).toEqual(
      abi?.mmapEntries.map(({ symbol }) => ({ symbol, called: replaced.has(symbol) })),
    );
  });
});

describe("the first instruction of each entry of libc", () => {
  it.each(allAbis)("stays: $id", ({ arch, mmapEntries }) => {
    const jump = arch === "x86_64" ? 14 : 10;
    for (const { symbol, prologue, size } of mmapEntries) {
      const kept = keptInstructions(prologue, arch);
      expect({ symbol, kept }).toMatchObject({ kept: { size: expect.any(Number) } });
      expect((kept?.size ?? 0) + (kept?.lowers === 0 ? 0 : 5) + jump).toBeLessThanOrEqual(size);
    }
  });

  it.each([
    ["x86_64", "f30f1efa4189ca", 7, 0],
    ["x86_64", "4883ec5890", 4, 0x58],
    ["x86_64", "4154", 2, 8],
    ["i386", "f30f1efb57", 5, 4],
    ["i386", "e8000000000500000000", 5, 0],
  ] as const)("%s %s: %i bytes, %i of stack", (arch, code, size, lowers) => {
    expect(keptInstructions(code, arch)).toEqual({ size, lowers });
  });

  it.each<[Arch, string, string]>([
    ["x86_64", "4489ca", "an argument is overwritten"],
    ["x86_64", "89ca", "an argument is overwritten"],
    ["i386", "e80000000081c300000000", "a register of the caller is overwritten"],
    ["x86_64", "b80900", "the bytes end inside it"],
  ])("%s %s does not: %s", (arch, code) => {
    expect(keptInstructions(code, arch)).toBeUndefined();
  });
});

/** Entries that are traced, by the functions of libc that call them. */
const traced = ["mmap", "munmap", "mremap", "sbrk", "brk", "mprotect"] as const;

function perf(...words: readonly string[]): string {
  return execFileSync("perf", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Why uprobes cannot be set here, or undefined. */
function whyNotTraceable(): string | undefined {
  try {
    if (!existsSync("/sys/kernel/tracing/uprobe_events"))
      execFileSync("mount", ["-t", "tracefs", "nodev", "/sys/kernel/tracing"], { stdio: "ignore" });
    perf("probe", "-l");
    return undefined;
  } catch {
    return "no perf, or not the right to use it: apt-get install linux-perf, as root";
  }
}

const untraceable = whyNotTraceable();
if (untraceable !== undefined) console.warn(`SKIPPED tracing of libc: ${untraceable}`);

/** libc as the file that the programs of an architecture map. */
function libcOf(arch: Arch): string {
  const { words, environment } = begin("reference", "direct", arch, []);
  const [linker = "", ...rest] = words;
  const list = execFileSync(linker, ["--list", ...rest], { encoding: "utf8", env: environment });
  return /=> (\S+\/libc[-.]\S+)/.exec(list)?.[1] ?? "";
}

describe.skipIf(untraceable !== undefined).each(usable)("%s: libc is traced", (arch) => {
  const group = `wine_ld_${arch}_${process.pid}`;
  const events = traced.map((name) => `${group}:${name}`);

  async function withProbes<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      for (const name of traced)
        perf("probe", "-q", "-x", libcOf(arch), `${group}:${name}=${name}`);
      return await work();
    } finally {
      perf("probe", "-q", "-d", `${group}:*`);
    }
  }

  it.each(ways)("from before its start: %s", async (way) => {
    const { words, environment } = begin("subject", way, arch, []);
    const [file = "", ...rest] = words;
    const counts = await withProbes(() =>
      run({
        file: "perf",
        arguments: ["stat", "-x,", "-e", events.join(","), file, ...rest],
        environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", ...environment },
        folder: out,
        timeout: 60_000,
      }),
    );
    expect(counts).toMatchObject({ status: 0, stdout: "0 wrong\n" });
    const hits = new Map(
      counts.stderr.split("\n").map((line) => [line.split(",")[2], Number(line.split(",")[0])]),
    );
    for (const name of ["mmap", "munmap", "mremap", "sbrk"])
      expect({ name, hits: hits.get(`${group}:${name}`) }).not.toEqual({ name, hits: 0 });
  });

  it("while it runs, for a while", async () => {
    const { words, environment } = begin("subject", "direct", arch, ["wait"]);
    const [file = "", ...rest] = words;
    const program = spawn(file, rest, { env: environment, stdio: ["pipe", "pipe", "inherit"] });
    const text: string[] = [];
    program.stdout.on("data", (chunk: Buffer) => text.push(chunk.toString()));
    const ended = new Promise((resolve) => program.on("close", resolve));
    const record = join(out, `${group}.data`);
    const target = ["-p", `${program.pid}`, "--", "sleep", "0.5"];
    const samples = await withProbes(() => {
      perf("record", "-q", "-o", record, "-e", events.join(","), ...target);
      return perf("script", "-i", record);
    });
    program.stdin.end();
    expect(samples).toContain(`${group}:mmap`);
    expect(samples).toContain(`${group}:mremap`);
    expect(await ended).toBe(0);
    expect(text.join("")).toBe("0 wrong\n");
  });
});
