/**
 * Before all suites: builds the linkers of this machine's glibc (nothing to do when they are current),
 * and tells what is missing on the machine, so that no skipped test goes unnoticed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { whyNotBuildable } from "./harness/build.ts";
import { arches, root, whyNotComparable } from "./harness/linkers.ts";

function buildLinkers(): void {
  const command = join(root, "cli/main.ts");
  if (process.env["WINE_LD_TEST_ARCH"] !== undefined) return; // of another release: the matrix builds its linker
  if ((process.env["WINE_LD_SUBJECT"] ?? "wine-ld") !== "wine-ld" || !existsSync(command)) return;
  const tsx = join(root, "node_modules/.bin/tsx");
  const result = spawnSync(tsx, [command, "build"], { cwd: root, stdio: "inherit" });
  if (result.status !== 0) throw new Error("`wine-ld build` failed: nothing to test");
}

/** Called by vitest once. */
export default function setup(): void {
  buildLinkers();
  for (const arch of arches) {
    const missing = whyNotComparable(arch);
    if (missing !== undefined) console.warn(`SKIPPED on ${arch}: ${missing}`);
    const noCompiler = whyNotBuildable(arch);
    if (noCompiler !== undefined) console.warn(`SKIPPED on ${arch}: ${noCompiler}`);
  }
  const needsTree = whyNotComparable("i386")?.startsWith("no glibc") ?? false;
  if (needsTree) console.warn("i386 programs are unpacked by: npx tsx test/prepare.ts");
}
