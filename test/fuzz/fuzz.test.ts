/**
 * Damaged ELF files never crash or hang the linker itself: each run ends in an error, or the program runs
 * (and may fault in its own, damaged code). And what glibc's linker loads and runs in spite of its damage is
 * loaded and runs.
 *
 * By default about 2,000 files; `WINE_LD_FUZZ=20000` (any number) for more, `WINE_LD_FUZZ_SEED` to begin
 * at another seed. A failure prints its seed; the file is kept beside the others and can be run by hand.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Build, buildAll, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, linkerPath, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { systemTree } from "../harness/trees.ts";

const total = Number(process.env["WINE_LD_FUZZ"] ?? 2000);
const firstSeed = Number(process.env["WINE_LD_FUZZ_SEED"] ?? 0);

const folder = import.meta.dirname;
const drivers = {
  survive: ["main.c", "mutate.c", "watch.c"],
  compare: ["compare.c", "mutate.c"],
} as const;

/** Builds a fuzzer itself, when a source has changed. */
function buildDriver(driver: keyof typeof drivers): string {
  const driverSources = drivers[driver].map((name) => join(folder, name));
  const hash = createHash("sha256");
  for (const source of [...driverSources, join(folder, "mutate.h"), join(folder, "watch.h")]) {
    hash.update(readFileSync(source));
  }
  const path = join(workFolder, `fuzz-${driver}-${hash.digest("hex").slice(0, 10)}`);
  mkdirSync(workFolder, { recursive: true });
  if (!existsSync(path))
    execFileSync("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", path, ...driverSources]);
  return path;
}

const map = "-Wl,--version-script=$src/target.map";
const target = (
  name: string,
  flags: readonly string[],
  programFlags: readonly string[],
): Build => ({
  name: `fuzz ${name}`,
  sourceFolder: folder,
  targets: [
    { output: "libtarget.so", sources: ["target-library.c"], flags: [map, ...flags] },
    { output: "main", sources: ["target-program.c"], flags: programFlags, needs: ["libtarget.so"] },
    { output: "opens", sources: ["target-opens.c"] },
  ],
});

const builds: readonly Build[] = [
  target(
    "gnu",
    ["-Wl,--hash-style=both", "-mtls-dialect=gnu", "-DUSE_THREADS=0"],
    ["-no-pie", "-fno-pic"],
  ),
  target(
    "relr",
    [
      "-Wl,--hash-style=sysv",
      "-Wl,-z,pack-relative-relocs",
      "-mtls-dialect=gnu2",
      "-DUSE_THREADS=1",
    ],
    ["-pie", "-fPIE"],
  ),
];

const modes = [
  { mode: "needed", file: "libtarget.so" },
  { mode: "opened", file: "libtarget.so" },
  { mode: "preload", file: "libtarget.so" },
  { mode: "run", file: "main" },
] as const;

const share = Math.ceil(total / (arches.length * builds.length * modes.length));
/** Two runs for each file: fewer files. */
const comparedShare = Math.ceil(share / 5);

async function fuzz(
  driver: keyof typeof drivers,
  arch: Arch,
  build: Build,
  mode: (typeof modes)[number],
): Promise<string> {
  const out = buildAll(build, arch);
  const name = `${driver}-${arch}-${build.name.replace("fuzz ", "")}-${mode.mode}`;
  const linkers: readonly Role[] = driver === "compare" ? ["reference", "subject"] : ["subject"];
  const work = join(workFolder, `fuzz-files-${process.pid}`, name);
  mkdirSync(work, { recursive: true });
  const outcome = await run({
    file: buildDriver(driver),
    arguments: [
      ...linkers.map((role) => linkerPath(role, arch)),
      ...[
        join(out, mode.file),
        mode.mode,
        String(firstSeed),
        String(driver === "compare" ? comparedShare : share),
        work,
      ],
      arch === "i386" ? (systemTree("i386")?.libraryPath.join(":") ?? "") : "",
    ],
    environment: {},
    folder: work,
    timeout: 1_700_000,
  });
  if (outcome.status !== 0)
    expect.fail(`${outcome.stdout.slice(0, 4000)}\n${outcome.stdout.slice(-300)}${outcome.stderr}`);
  rmSync(work, { recursive: true, force: true }); // failing files are kept
  return outcome.stdout;
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const build of builds) {
        for (const mode of modes) {
          test(`${share} files, ${build.name.replace("fuzz ", "")}, ${mode.mode}`, async () => {
            const report = await fuzz("survive", arch, build, mode);
            console.log(report.trimEnd());
            expect(report).toMatch(new RegExp(`^${share} files: [1-9]`, "m"));
          });
          test(`${comparedShare} files compared, ${build.name.replace("fuzz ", "")}, ${mode.mode}`, async () => {
            const report = await fuzz("compare", arch, build, mode);
            console.log(report.trimEnd());
            expect(report).toMatch(
              new RegExp(`^${comparedShare} files: the reference ran [1-9]`, "m"),
            );
          });
        }
      }
    },
  );
}
