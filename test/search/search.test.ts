/**
 * Where libraries are found: programs and libraries with every kind of search path, under glibc's linker
 * and the one under test. Which library was found must be equal, and with LD_DEBUG=libs every place that
 * was looked at, in order.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Build, buildAll, type Target, whyNotBuildable } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { systemTree } from "../harness/trees.ts";

/** Folders with a library of the same name; what it answers tells which one was found. */
const places = ["a", "b", "c/tls", "d/glibc-hwcaps/x86-64-v3", "d/glibc-hwcaps/x86-64-v2", "d"];

const rpath = (path: string): readonly string[] => [
  "-Wl,--disable-new-dtags",
  `-Wl,-rpath,${path}`,
];
const runpath = (path: string): readonly string[] => [
  "-Wl,--enable-new-dtags",
  `-Wl,-rpath,${path}`,
];

function library(output: string, flags: readonly string[]): Target {
  return {
    output,
    sources: ["user.c"],
    needs: ["a/libwhich.so"],
    flags,
    soname: "libuser.so",
    runpath: false,
  };
}

function program(output: string, user: string, flags: readonly string[]): Target {
  // The library that the user needs is nowhere yet as far as the compiler knows.
  const lenient = ["-Wl,--unresolved-symbols=ignore-in-shared-libs"];
  return {
    output,
    sources: ["program.c"],
    needs: [user],
    flags: [...lenient, ...flags],
    runpath: false,
  };
}

const build: Build = {
  name: "search",
  sourceFolder: join(import.meta.dirname, "src"),
  targets: [
    ...places.map(
      (place, index): Target => ({
        output: `${place}/libwhich.so`,
        sources: ["which.c"],
        flags: [`-DWHICH=${index}`],
        runpath: false,
      }),
    ),
    library("rpath/libuser.so", rpath("$ORIGIN/../a")),
    library(
      "runpath/libuser.so",
      runpath("/nonexistent:$ORIGIN/../b:${ORIGIN}/$LIB:$PLATFORM:$ORIGINX"),
    ),
    library("plain/libuser.so", []),
    program("library-rpath", "rpath/libuser.so", rpath("$ORIGIN/rpath")),
    program("library-runpath", "runpath/libuser.so", rpath("$ORIGIN/runpath:$ORIGIN/a")),
    program("rpath-is-inherited", "plain/libuser.so", rpath("$ORIGIN/plain:$ORIGIN/b")),
    program("runpath-is-not", "plain/libuser.so", runpath("$ORIGIN/plain/:$ORIGIN/b")),
    program("nodeflib", "plain/libuser.so", [
      "-Wl,-z,nodefaultlib",
      ...runpath("$ORIGIN/plain:$ORIGIN/b"),
    ]),
  ],
};

const programs = [
  "library-rpath",
  "library-runpath",
  "rpath-is-inherited",
  "runpath-is-not",
  "nodeflib",
];

/** Values of LD_LIBRARY_PATH; `@` is the folder of the build, `%` one of another architecture. */
const libraryPaths = [
  "",
  "a",
  "@/c",
  "@/d",
  "@/nonexistent::@/b",
  "$ORIGIN/b;@/plain/",
  "@//a//:@/a",
  "%:@/c",
];

/** `%`: a folder of libraries that are not for this architecture. */
const foreignLibraries: Readonly<Record<Arch, string>> = {
  x86_64: "/usr/lib32",
  i386: "/lib/x86_64-linux-gnu",
};

/** Options of the linker; `~` stands for the folders of the architecture's own libc. */
const optionLists: readonly (readonly string[])[] = [
  ["--inhibit-cache"],
  ["--inhibit-rpath", "libuser.so"],
  ["--inhibit-rpath", "@/rpath/libuser.so:@/runpath/libuser.so"],
  ["--inhibit-rpath", ""],
  ["--glibc-hwcaps-mask", "x86-64-v2", "--library-path", "@/d~"],
  ["--glibc-hwcaps-prepend", "none:x86-64-v2", "--library-path", "@/d~"],
  ["--library-path", "@/b~", "--preload", "libwhich.so"],
  ["--preload", "@/a/libwhich.so nothing.so"],
];

interface Attempt {
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Where the architecture's own libc is, when the default folders do not have it. */
function ownLibraries(arch: Arch): string {
  return arch === "i386" ? `:${systemTree("i386")?.libraryPath.join(":") ?? ""}` : "";
}

const attempts = (arch: Arch): readonly Attempt[] => [
  ...libraryPaths.map((path) => ({
    options: [],
    environment: { LD_LIBRARY_PATH: `${path}${ownLibraries(arch)}` },
  })),
  ...optionLists.map((options) => ({
    options,
    environment: { LD_LIBRARY_PATH: ownLibraries(arch).slice(1) },
  })),
];

/** Keeps of LD_DEBUG's output what tells of the search. */
function searchOnly(outcome: Outcome): Outcome {
  const lines = outcome.stderr.split("\n").map((line) => line.replace(/^ *\d+:\t/, ""));
  const kept = lines.filter((line) =>
    /find library|search (path|cache)|trying file|error|ERROR/.test(line),
  );
  return { ...outcome, stderr: kept.join("\n") };
}

async function look(
  role: Role,
  arch: Arch,
  folder: string,
  name: string,
  { options, environment }: Attempt,
  debug: boolean,
): Promise<Outcome> {
  const linker = linkerPath(role, arch);
  const here = (text: string): string =>
    text
      .replaceAll("@", folder)
      .replaceAll("%", foreignLibraries[arch])
      .replaceAll("~", ownLibraries(arch));
  const variables = Object.entries(environment).map(([key, value]) => [key, here(value)] as const);
  const outcome = await run({
    file: linker,
    arguments: [...options.map(here), `./${name}`],
    environment: { ...Object.fromEntries(variables), ...(debug ? { LD_DEBUG: "libs" } : {}) },
    folder,
    timeout: 20_000,
  });
  const named = normalise(outcome, [{ find: linker, put: "<linker>" }]);
  return debug ? searchOnly(named) : named;
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(`search on ${arch}`, () => {
    for (const name of programs) {
      it(name, async () => {
        const folder = buildAll(build, arch);
        for (const attempt of attempts(arch)) {
          for (const debug of [false, true]) {
            const reference = await look("reference", arch, folder, name, attempt, debug);
            const subject = await look("subject", arch, folder, name, attempt, debug);
            expect(difference(reference, subject), JSON.stringify(attempt)).toBeUndefined();
          }
        }
      });
    }
  });
}
