/**
 * memcheck of valgrind on a small program with known errors: it finds under our linker what it finds under glibc's.
 * For 32-bit programs it wants debug information of glibc's linker that the machine's package does not have: there
 * the 64-bit program under glibc's linker is what ours is held against.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const out = join(workFolder, "memcheck");

function compile(arch: Arch): string {
  const program = join(out, `errors-${arch}`);
  mkdirSync(out, { recursive: true });
  execFileSync("gcc", [
    ...[arch === "i386" ? "-m32" : "-m64", "-g", "-O0", "-w", "-o", program],
    ...[join(import.meta.dirname, "memcheck.c"), ...sysrootFlags(arch), ...dlopenFlags],
  ]);
  return program;
}

async function checked(role: Role, way: Way, arch: Arch): Promise<Outcome> {
  const tree = systemTree(arch);
  const {
    file,
    arguments: options,
    environment,
  } = start(role, way, {
    path: compile(arch),
    arch,
    ...(tree === undefined ? {} : { libraryPath: tree.libraryPath }),
  });
  return run({
    file: "valgrind",
    arguments: ["--leak-check=full", file, ...options],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", ...environment },
    folder: out,
    timeout: 120_000,
  });
}

/** What memcheck counts, and how the program ended. */
const findings = ({ stdout, stderr, status }: Outcome) => ({
  stdout,
  status,
  errors: /ERROR SUMMARY: (\d+ errors from \d+ contexts)/.exec(stderr)?.[1] ?? stderr,
  lost: /definitely lost: .* in (\d+) blocks/.exec(stderr)?.[1],
  kinds: stderr.match(/Invalid write of size 1|uninitialised value/g),
});

const missing = spawnSync("valgrind", ["--version"]).status === 0 ? undefined : "no valgrind";
for (const arch of arches) {
  const why = missing ?? whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(why !== undefined)(why === undefined ? arch : `${arch}: skipped, ${why}`, () => {
    it.each(ways)("memcheck finds what it finds under glibc's linker: %s", async (way) => {
      const reference = findings(await checked("reference", way, "x86_64"));
      expect(reference).toMatchObject({ status: 3, errors: "3 errors from 3 contexts", lost: "1" });
      expect(findings(await checked("subject", way, arch))).toEqual(reference);
    });
  });
}
