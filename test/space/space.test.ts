/**
 * The address space: the tracker against the kernel, the public interface, and the proof from outside that
 * every call of the mmap family comes from the linker. On both architectures.
 *
 * The long forms are one word away: `WINE_LD_TEST_FULL=1 npx vitest run test/space`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { emittedFiles } from "../../codegen/generate.ts";
import { writeTree } from "../../codegen/source-tree.ts";
import { TARGETS } from "../../codegen/targets.ts";
import { findZig, zigBuild } from "../../codegen/toolchain.ts";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import {
  arches,
  glibcVersion,
  linkerPath,
  referencePath,
  root,
  whyNotComparable,
  workFolder,
} from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const FULL = process.env["WINE_LD_TEST_FULL"] === "1";
const folder = import.meta.dirname;
const out = join(workFolder, "space");
/** The watcher, a program of the machine, knows processes of both architectures. */
const machine: Arch = "x86_64";
const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" };

/** The newest change of anything that a program here is made of. */
const changed = Math.max(
  ...[folder, join(root, "bench/space"), join(root, "runtime/space")].flatMap((path) =>
    readdirSync(path)
      .filter((name) => /\.(c|cc|h)$/.test(name))
      .map((name) => statSync(join(path, name)).mtimeMs),
  ),
);

/** Compiles one of the programs here for the glibc under test, unless it is there already. */
function compile(source: string, arch: Arch, flags: readonly string[] = []): string {
  return build(source, arch, arch, [...sysrootFlags(arch), ...flags]);
}

/** Compiles a program that runs under the machine's own linker. */
function compileForMachine(source: string, arch: Arch, flags: readonly string[] = []): string {
  return build(source, arch, `machine-${arch}`, flags);
}

function build(source: string, arch: Arch, label: string, flags: readonly string[]): string {
  const program = join(out, `${source.replace(/\..*$/, "")}-${label}`);
  if (existsSync(program) && statSync(program).mtimeMs > changed) return program;
  mkdirSync(out, { recursive: true });
  const isForeign = source.endsWith(".cc") && systemTree(arch)?.sysroot === true;
  execFileSync(source.endsWith(".cc") && !isForeign ? "g++" : "gcc", [
    arch === "i386" ? "-m32" : "-m64",
    ...["-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"],
    ...["-o", program, join(folder, source), ...flags, ...dlopenFlags],
    ...(isForeign ? ["-l:libstdc++.so.6"] : []),
  ]);
  return program;
}

/** The words before a program: the linker under test, and where it finds the architecture's libraries. */
function underLinker(arch: Arch, linker = linkerPath("subject", arch)): readonly string[] {
  const libraries = systemTree(arch)?.libraryPath;
  return [linker, ...(libraries === undefined ? [] : ["--library-path", libraries.join(":")])];
}

/** A program of ours, started in one of the two ways: the words, and the environment that it needs. */
interface Started {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Compiles a program and says how it is started in `way`. */
function prepare(source: string, arch: Arch, way: Way): Started {
  if (way === "direct")
    return { words: [...underLinker(arch), compile(source, arch)], environment: {} };
  const linker = linkerPath("subject", arch);
  const flags = [...sysrootFlags(arch), `-Wl,--dynamic-linker=${linker}`];
  const program = build(source, arch, `${arch}-${basename(linker)}`, flags);
  const path = systemTree(arch)?.libraryPath.join(":");
  return { words: [program], environment: path === undefined ? {} : { LD_LIBRARY_PATH: path } };
}

/** Where the programs are: an unpacked tree, or the machine. */
function treeRoot(arch: Arch): string {
  return systemTree(arch)?.programs ?? "/";
}

function start(
  words: readonly string[],
  extra: Readonly<Record<string, string>> = {},
  minutes = 2,
): Promise<Outcome> {
  const [file, ...args] = words;
  return run({
    file: file ?? "",
    arguments: args,
    environment: { ...environment, ...extra },
    folder: out,
    timeout: minutes * 60_000,
  });
}

const usable = arches.filter(
  (arch) => whyNotBuildable(arch) === undefined && whyNotComparable(arch) === undefined,
);

describe.each(usable)("%s: the tracker", (arch) => {
  it("agrees with a model, whatever is assigned", async () => {
    const sources = ["tree", "tree_node", "tree_free", "arena"].map((name) =>
      join(root, `runtime/space/${name}.c`),
    );
    const sanitized = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];
    const program = compileForMachine("tree_test.c", arch, [
      ...sources,
      ...sanitized,
      `-I${join(root, "runtime")}`,
    ]);
    const outcome = await start([program, FULL ? "2000000" : "60000"], {}, FULL ? 30 : 2);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
  });

  it.each(ways)(
    "agrees with the kernel through random calls, signals, forks: %s",
    async (way) => {
      const program = prepare("property.c", arch, way);
      const outcome = await start(
        [...program.words, FULL ? "1000000" : "40000"],
        { ...program.environment, WINE_LD_POLICY: join(folder, "property.policy") },
        FULL ? 60 : 4,
      );
      expect(outcome).toMatchObject({ status: 0, stderr: "" });
      expect(outcome.stdout).toContain("agree with the kernel");
    },
    (FULL ? 61 : 5) * 60_000,
  );

  it.each(ways)("gets over calls that are interrupted and never come back: %s", async (way) => {
    const program = prepare("interrupted.c", arch, way);
    const words = [...program.words, FULL ? "60" : "3"];
    const outcome = await start(words, program.environment, 3);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(outcome.stdout).toContain("all threads went on");
  });
});

/** How patient the gate is, in gate.c, and how impatient it has to be to be taken by force all the time. */
const IMPATIENCE = [
  ["SPINS = 40 }", "SPINS = 2 }"],
  ["SHORT_SLICE = 1000000, SLICE = 10000000 }", "SHORT_SLICE = 50000, SLICE = 100000 }"],
  ["STUCK = 10 }", "STUCK = 1 }"],
] as const;

/** A linker for the system's glibc whose gate is taken by force from whoever is not at once out again. */
async function impatientLinker(arch: Arch): Promise<string> {
  const version = glibcVersion(referencePath(arch) ?? "");
  const abi = allAbis.find(({ id }) => id === `glibc-${version}-${arch}`);
  if (abi === undefined) throw new Error(`no ABI for glibc ${version} on ${arch}`);
  const files = new Map(emittedFiles(root, abi));
  const gate = "runtime/space/gate.c";
  const text = IMPATIENCE.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, files.get(gate) ?? "");
  const folder = join(out, `impatient-${arch}`);
  writeTree(join(folder, "src"), files.set(gate, text));
  await zigBuild(await findZig(root, process.env), {
    root,
    source: relative(root, join(folder, "src")),
    target: TARGETS[arch],
    soname: abi.soname,
    out: folder,
  });
  return join(folder, abi.soname);
}

describe.runIf(FULL).each(usable)("%s: a gate that is taken by force all the time", (arch) => {
  it("keeps the tracker right", { timeout: 900_000 }, async () => {
    const linker = underLinker(arch, await impatientLinker(arch));
    const property = compile("property.c", arch);
    for (let seed = 1; seed <= 10; ++seed) {
      const outcome = await start(
        [...linker, property, "6000", `${seed}`],
        { WINE_LD_POLICY: join(folder, "property.policy") },
        2,
      );
      expect(outcome).toMatchObject({ status: 0, stderr: "" });
      expect(outcome.stdout).toMatch(/agree with the kernel; [1-9]\d* stuck calls/);
    }
    for (const [program, ...rest] of [
      [compile("threads.c", arch)],
      [compile("interrupted.c", arch), "10"],
    ])
      expect(await start([...linker, program ?? "", ...rest], {}, 2)).toMatchObject({
        status: 0,
        stderr: "",
      });
  });
});

const inBothWays = usable.flatMap((arch) => ways.map((way) => [arch, way] as const));

describe.each(inBothWays)("%s: the public interface (%s)", async (arch, way) => {
  const program = prepare("api.c", arch, way);
  const outcome = await start(program.words, program.environment);
  it("comes to the end", () => expect(outcome).toMatchObject({ status: 0, stderr: "" }));
  for (const [, word, name] of outcome.stdout.matchAll(/^(ok|FAILED) (.+)$/gm)) {
    it(name ?? "", () => expect(word).toBe("ok"));
  }

  it("names the kinds that only some policies know", async () => {
    const policy = join(out, "device.policy");
    writeFileSync(policy, "zone all 64M kernel\nplace device in all top\nplace any in all top\n");
    const settings = { ...program.environment, WINE_LD_POLICY: policy };
    const { status, stdout } = await start([...program.words, "device"], settings);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "ok the kind of a device's memory\n" });
  });
});

describe.each(usable)("%s: calls that are refused, and others", (arch) => {
  it("make no system calls that they do not make under glibc", async () => {
    const program = compile("quiet.c", arch);
    const [own, reference] = await Promise.all(
      (["subject", "reference"] as const).map((role) =>
        start([...underLinker(arch, linkerPath(role, arch)), program]),
      ),
    );
    expect(reference).toMatchObject({ status: 0, stderr: "" });
    expect(reference?.stdout).toContain("trapped 0");
    expect(own).toEqual(reference);
  });
});

/** A program with arguments, run under the watcher. Left out where the program is not installed. */
interface Watched {
  readonly name: string;
  readonly words: readonly string[];
}

const installed: readonly Watched[] = [
  { name: "true", words: ["/bin/true"] },
  {
    name: "bash with pipes and job control",
    words: ["/bin/bash", "-c", "for i in 1 2 3; do echo $(ls / | wc -l) & done; wait"],
  },
  {
    name: "python3 with threads and subprocesses",
    words: [
      "/usr/bin/python3",
      "-c",
      "import threading, subprocess\n" +
        "t = [threading.Thread(target=lambda: bytearray(1 << 22)) for i in range(20)]\n" +
        "[x.start() for x in t]; [x.join() for x in t]\n" +
        "print(subprocess.run(['/bin/echo', 'hi'], capture_output=True).stdout)",
    ],
  },
  { name: "node", words: [process.execPath, "-e", "console.log(Buffer.alloc(1 << 24).length)"] },
  { name: "gdb", words: ["/usr/bin/gdb", "--batch", "-nx", "-ex", "python print(1)"] },
  { name: "iconv", words: ["/usr/bin/iconv", "-f", "latin1", "-t", "utf16", "/etc/passwd"] },
  { name: "getaddrinfo", words: ["/usr/bin/getent", "ahosts", "localhost"] },
];

const own: readonly { name: string; source: string }[] = [
  { name: "64 threads that allocate, fork and spawn", source: "threads.c" },
  { name: "C++ exceptions and dlopen", source: "throws.cc" },
];

function watched(arch: Arch): readonly (Watched & Started)[] {
  const inTree = (path: string): string => join(treeRoot(arch), path);
  return [
    ...own.flatMap(({ name, source }) =>
      ways.map((way) => ({ name: `${name} (${way})`, ...prepare(source, arch, way) })),
    ),
    ...installed
      .map(({ name, words: [program = "", ...args] }) => ({
        name,
        program: inTree(program),
        args,
      }))
      .filter(({ program }) => existsSync(program))
      .map(({ name, program, args }) => ({
        name,
        words: [...underLinker(arch), program, ...args],
        environment: {},
      })),
  ];
}

/** What programs of an unpacked tree do not find there by themselves: character sets, Python's modules. */
function settingsOf(arch: Arch): Readonly<Record<string, string>> {
  const tree = systemTree(arch);
  if (tree === undefined) return {};
  const folders = tree.libraryPath.map((path) => join(path, "gconv"));
  return { GCONV_PATH: folders.join(":"), PYTHONHOME: join(tree.programs, "usr") };
}

describe.each(usable)("%s: no call of the mmap family from outside the linker", (arch) => {
  const watch = compileForMachine("watch.c", machine);
  it.each(watched(arch))("$name", async ({ words, environment }) => {
    // A library path of another release is not for the watcher.
    const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const command = settings.length === 0 ? words : ["/usr/bin/env", ...settings, ...words];
    const outcome = await start([watch, linkerPath("subject", arch), ...command], settingsOf(arch));
    expect(outcome.stderr.split("\n").filter((line) => line.startsWith("watch: process"))).toEqual(
      [],
    );
    expect(outcome.stderr).toMatch(/watch: \d+ calls, 0 from outside the linker; exit status 0/);
    expect(outcome.status).toBe(0);
  });

  it("is noticed when there is one", async () => {
    const [, ...path] = underLinker(arch);
    const reference = linkerPath("reference", arch);
    const ls = join(treeRoot(arch), "bin/ls");
    const outcome = await start([watch, reference, reference, ...path, ls, "/"]);
    expect(outcome.stderr).toMatch(/brk from .*libc/);
    expect(outcome.status).toBe(1);
  });
});

describe.each(usable)("%s: policies", (arch) => {
  const hello = (): string => compile("threads.c", arch);
  const underPolicy = (policy: string): Promise<Outcome> =>
    start([...underLinker(arch), hello()], { WINE_LD_POLICY: policy });

  it.each(["wine", "compact", "kernel"])("%s works", async (policy) => {
    expect(await underPolicy(policy)).toMatchObject({ status: 0, stderr: "" });
  });

  it("that nobody knows end the program", async () => {
    expect(await underPolicy("compct")).toMatchObject({
      status: 127,
      stderr: 'wine-ld: no policy is called "compct"; a file needs a / in its name\n',
    });
  });

  it.each([
    ["zone a 1M kernel\nplace any in b top\n", 2, "no such zone"],
    ["# a comment\n\nzone a 1M 2Q\n", 3, "not a size"],
    ["zone a 1M stack\nplace anything in a top\n", 2, "not a kind"],
    ["zone a 1M stack\nplace any in a top align 3K\n", 2, "not a power of two"],
    ["zone a 1M stack extra\n", 1, "too much"],
    ["zones a 1M stack\n", 1, "unknown word"],
    ["zone a 1M stack\nplace any a top\n", 2, '"in" expected'],
  ])("with a mistake end the program and name the line: %j", async (text, line, complaint) => {
    const file = join(out, `mistake-${arch}.policy`);
    mkdirSync(out, { recursive: true });
    writeFileSync(file, text);
    const outcome = await underPolicy(file);
    rmSync(file);
    expect(outcome.status).toBe(127);
    expect(outcome.stderr).toContain(`${file}:${line}: `);
    expect(outcome.stderr).toContain(complaint);
  });

  it("keep addresses where they say, with and without randomisation", async () => {
    const map = async (settings: Readonly<Record<string, string>>): Promise<string> => {
      const cat = join(treeRoot(arch), "bin/cat");
      const outcome = await start([...underLinker(arch), cat, "/proc/self/maps"], {
        WINE_LD_POLICY: "wine",
        ...settings,
      });
      return /^([0-9a-f]+)-.*libc(\.so\.6|-2\.\d+\.so)$/m.exec(outcome.stdout)?.[1] ?? "nowhere";
    };
    const [low, high] =
      arch === "i386" ? [0x82000000, 0x100000000] : [0x700100000000, 0x7fff00000000];
    const random = await Promise.all([map({}), map({}), map({}), map({})]);
    for (const address of random.map((text) => Number.parseInt(text, 16))) {
      expect(address).toBeGreaterThanOrEqual(low);
      expect(address).toBeLessThan(high);
    }
    expect(new Set(random).size).toBeGreaterThan(1);
    if (arch === "x86_64") {
      const fixed = await Promise.all([1, 2, 3].map(() => map({ WINE_LD_ASLR: "0" })));
      expect(new Set(fixed).size).toBe(1);
    }
  });
});

/** Filters that glibc's linker runs under: what they do, and how sandbox.c is told so. */
const FILTERS: readonly (readonly [string, readonly string[]])[] = [
  ["a flag that nobody gave ends the process", ["flags"]],
  ["a call that glibc does not make ends the process", ["calls"]],
  ["every address is refused with EPERM", ["addresses", "1"]],
  ["every address is refused with ENOMEM", ["addresses", "12"]],
  ["every address is refused with EACCES", ["addresses", "13"]],
  ["every address is refused with EEXIST", ["addresses", "17"]],
  ["every address is refused with EINVAL", ["addresses", "22"]],
  ["every address is refused with ENOSYS", ["addresses", "38"]],
];

describe.each(inBothWays)("%s: the calls leave as they were made (%s)", (arch, way) => {
  // A library path of another release is not for the sandbox.
  const sandbox = compileForMachine("sandbox.c", arch, ["-static"]);

  /** What the program says under the linker under test, and under glibc's. */
  async function outcomes(before: readonly string[], after: readonly string[]): Promise<Outcome[]> {
    const subject = prepare("family.c", arch, way);
    const reference = underLinker(arch, referencePath(arch) ?? "");
    return [
      await start([...before, ...subject.words, ...after], subject.environment),
      await start([...before, ...reference, compile("family.c", arch), ...after]),
    ];
  }

  it.each(FILTERS)("under a filter from before the start: %s", async (_, mode) => {
    const [subject, reference] = await outcomes([sandbox, ...mode], []);
    expect(reference).toMatchObject({ status: 0, stderr: "" });
    expect(subject).toEqual(reference);
  });

  it("under a filter that the program installs: nothing is opened, no address is named", async () => {
    const [subject, reference] = await outcomes([], ["confined"]);
    expect(reference).toMatchObject({ status: 0, stderr: "" });
    expect(subject).toEqual(reference);
  });
});
