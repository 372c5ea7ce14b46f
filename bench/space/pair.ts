/**
 * What knowing every mapping costs: `npx tsx bench/space/pair.ts [SECONDS]`.
 *
 * Runs pair.c under the built linkers. Both sides of each ratio are measured in one process, in turns; run it
 * on a quiet machine; `taskset -c 1` helps.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { whyNotBuildable } from "../../test/harness/build.ts";
import type { Arch } from "../../test/harness/elf.ts";
import { arches, linkerPath, whyNotComparable, workFolder } from "../../test/harness/linkers.ts";
import { systemTree } from "../../test/harness/trees.ts";

function compile(arch: Arch): string {
  const program = join(workFolder, `pair-${arch}`);
  mkdirSync(workFolder, { recursive: true });
  execFileSync("gcc", [
    arch === "i386" ? "-m32" : "-m64",
    ...["-O2", "-Wall", "-Wextra", "-Werror", "-pthread"],
    ...["-o", program, join(import.meta.dirname, "pair.c")],
  ]);
  return program;
}

function measure(arch: Arch, seconds: string): void {
  const libraries = arch === "i386" ? systemTree("i386")?.libraryPath : undefined;
  const path = libraries === undefined ? [] : ["--library-path", libraries.join(":")];
  execFileSync(linkerPath("subject", arch), [...path, compile(arch), seconds], {
    stdio: "inherit",
  });
}

for (const arch of arches) {
  const reason = whyNotBuildable(arch) ?? whyNotComparable(arch);
  console.log(`\n${arch}${reason === undefined ? "" : `: not measured, ${reason}`}`);
  if (reason === undefined) measure(arch, process.argv[2] ?? "2");
}
