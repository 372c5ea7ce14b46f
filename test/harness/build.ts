/**
 * Builds the suite's own programs and libraries with the system's compiler, each once: a build's folder
 * is named by everything that goes into it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "./elf.ts";
import { root, workFolder } from "./linkers.ts";
import { systemTree } from "./trees.ts";

/** One file to build. Names are relative: sources to the source folder, results to the output folder. */
export interface Target {
  /** Result, e.g. `liba.so` or `sub/libb.so`. A name that ends in `.so` (or has `.so.`) is a library. */
  readonly output: string;
  readonly sources: readonly string[];
  /** Extra flags; `$src` is the source folder, `$libraries` the path of the architecture's own libraries. */
  readonly flags?: readonly string[];
  /** Libraries built before, linked by DT_NEEDED. */
  readonly needs?: readonly string[];
  /** DT_SONAME; the file's own name when absent, none when "". */
  readonly soname?: string;
  /** False: no DT_RUNPATH. Everything else finds libraries in its own folder (`$ORIGIN`). */
  readonly runpath?: boolean;
}

/** A set of files built in one folder, in order. */
export interface Build {
  readonly name: string;
  readonly sourceFolder: string;
  readonly targets: readonly Target[];
}

const languages: Readonly<Record<string, string>> = { cc: "g++" };

/** Whether the compiler can build for `arch`, found out once. */
const compilers = new Map<Arch, boolean>();

/** Why nothing can be built for `arch`, or undefined. */
export function whyNotBuildable(arch: Arch): string | undefined {
  let works = compilers.get(arch);
  if (works === undefined) {
    works = canLink(arch);
    compilers.set(arch, works);
  }
  const packages = arch === "i386" ? "gcc-multilib g++-multilib" : "gcc g++ libc6-dev";
  return works ? undefined : `no compiler for ${arch}: apt-get install ${packages}`;
}

function canLink(arch: Arch): boolean {
  try {
    const flags = [machine(arch), "-x", "c++", "-o", "/dev/null", "-"];
    execFileSync("g++", flags, {
      input: "#include <string>\nint main() {}\n",
      stdio: ["pipe", "ignore", "ignore"],
    });
    return true;
  } catch {
    return false;
  }
}

function machine(arch: Arch): string {
  return arch === "i386" ? "-m32" : "-m64";
}

/**
 * Room for any linker's path: the programs of the suite name glibc's linker with slashes in front, so
 * that another name can be written over it.
 */
const longLinkerNames: Readonly<Record<Arch, string>> = {
  x86_64: `${"/".repeat(80)}lib64/ld-linux-x86-64.so.2`,
  i386: `${"/".repeat(80)}lib/ld-linux.so.2`,
};

/** Search path of the architecture's own libraries, for an absolute DT_RPATH. */
function librariesOf(arch: Arch): string {
  const tree = systemTree(arch);
  return tree?.libraryPath.join(":") ?? "/lib/x86_64-linux-gnu";
}

function isLibrary(output: string): boolean {
  return /\.so(\.|$)/.test(output);
}

/** Up to glibc 2.33 dlopen lives in a library of its own. */
export const dlopenFlags: readonly string[] = [
  "-Wl,--push-state,--as-needed",
  "-ldl",
  "-Wl,--pop-state",
];

/** The compiler's own libstdc++.so is made for the machine's glibc: a release links its own. */
function isForeignCxx(target: Target, arch: Arch): boolean {
  return systemTree(arch)?.sysroot === true && target.sources.some((name) => name.endsWith(".cc"));
}

/** The release of the tree in place of the machine's: headers, start files, libraries. */
export function sysrootFlags(arch: Arch): readonly string[] {
  const tree = systemTree(arch);
  if (tree?.sysroot !== true) return [];
  const folders = tree.libraryPath.flatMap((folder) => [`-B${folder}/`, `-L${folder}`]);
  return [`--sysroot=${tree.root}`, ...folders];
}

/** The compiler's command line for a target. */
function commandLine(target: Target, build: Build, arch: Arch, out: string): readonly string[] {
  const expand = (flag: string): string =>
    flag.replaceAll("$libraries", librariesOf(arch)).replaceAll("$src", build.sourceFolder);
  const soname = target.soname ?? target.output.replace(/^.*\//, "");
  const kind = isLibrary(target.output)
    ? ["-shared", "-fPIC", ...(soname === "" ? [] : [`-Wl,-soname,${soname}`])]
    : [`-Wl,--dynamic-linker=${longLinkerNames[arch]}`];
  const standard = target.sources.some((source) => source.endsWith(".cc")) ? [] : ["-std=gnu11"];
  return [
    machine(arch),
    ...sysrootFlags(arch),
    ...["-O1", "-g0", "-Wall", "-Wextra", "-Werror", "-pthread", "-Wl,--no-as-needed"],
    `-I${join(root, "test/programs/src")}`,
    ...(target.runpath === false ? [] : ["-Wl,-rpath,$ORIGIN", "-Wl,--enable-new-dtags"]),
    ...standard,
    ...kind,
    ...["-o", join(out, target.output)],
    ...target.sources.map((source) => join(build.sourceFolder, source)),
    ...(target.flags ?? []).map(expand),
    ...(target.needs ?? []).map((name) => join(out, name)),
    ...[`-Wl,-rpath-link,${out}`],
    ...dlopenFlags,
    ...(isForeignCxx(target, arch) ? ["-l:libstdc++.so.6"] : []),
  ];
}

/** Builds everything of `build` for `arch` and returns the folder with the results. */
export function buildAll(build: Build, arch: Arch): string {
  const name = build.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const folder = join(workFolder, "programs", `${name}-${arch}-${keyOf(build)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const target of build.targets) {
    mkdirSync(join(unfinished, target.output, ".."), { recursive: true });
    compile(target, build, arch, unfinished);
  }
  renameSync(unfinished, folder);
  return folder;
}

function compile(target: Target, build: Build, arch: Arch, out: string): void {
  const language = target.sources[0]?.split(".").pop() ?? "";
  const compiler = isForeignCxx(target, arch) ? "gcc" : (languages[language] ?? "gcc");
  try {
    execFileSync(compiler, commandLine(target, build, arch, out), {
      stdio: "pipe",
      encoding: "utf8",
    });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`building ${target.output} of ${build.name} for ${arch}: ${said}`);
  }
}

/** Changes when any source, flag or this file changes. */
function keyOf(build: Build): string {
  const hash = createHash("sha256").update(JSON.stringify(build.targets));
  hash.update(systemTree("x86_64")?.root ?? "").update(systemTree("i386")?.root ?? "");
  hash.update(readFileSync(join(root, "test/harness/build.ts")));
  hash.update(readFileSync(join(root, "test/programs/src/check.h")));
  const sources = new Set(build.targets.flatMap((target) => target.sources));
  const flags = build.targets.flatMap((target) => target.flags ?? []);
  const mentioned = flags.flatMap((flag) => /\$src\/([\w./-]+)/.exec(flag)?.[1] ?? []);
  for (const source of [...sources, ...mentioned].sort()) {
    hash.update(source).update(readFileSync(join(build.sourceFolder, source)));
  }
  return hash.digest("hex").slice(0, 10);
}
