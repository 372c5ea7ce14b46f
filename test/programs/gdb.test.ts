/** gdb on a program: it knows the libraries, stops in their functions and sees later ones come. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { buildOf } from "./case.ts";
import { callsCase } from "./cases/audit.ts";
import { debuggedCase, mappingCase, namespaceCase } from "./cases/process.ts";

const session: readonly string[] = [
  ...[
    "set confirm off",
    "set width 0",
    "set height 0",
    "set debuginfod enabled off",
    "set breakpoint pending on",
    "set startup-with-shell off", // the library path is the program's, not the shell's
  ],
  ...[
    "break stop_here",
    "break next",
    "run",
    "backtrace 2",
    "info sharedlibrary",
    "finish",
    "continue",
  ],
  ...["backtrace 2", "info sharedlibrary", "x/i $pc", "continue"],
];

function hasGdb(): boolean {
  try {
    execFileSync("gdb", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Stops where the program maps memory. */
const breakOnMmap: readonly string[] = [
  ...session.slice(0, session.indexOf("break stop_here")),
  ...["break main", "run", "break mmap", "continue", "backtrace 2", "kill"],
];

/** Follows a namespace that comes and goes. */
const follow: readonly string[] = [
  ...session.slice(0, session.indexOf("break stop_here")),
  ...["break main", "run", "continue"],
];

async function debug(
  role: Role,
  arch: Arch,
  out: string,
  words: readonly string[] = session,
): Promise<Outcome> {
  const tree = systemTree(arch);
  const libraryPath = tree === undefined ? {} : { libraryPath: tree.libraryPath };
  const begin = start(role, "interp", {
    path: join(out, "main"),
    arch,
    copyInPlace: true,
    ...libraryPath,
  });
  const settings = Object.entries(begin.environment).map(
    ([name, value]) => `set environment ${name} ${value}`,
  );
  const commands = [...settings, ...words].flatMap((command) => ["-ex", command]);
  const outcome = await run({
    file: "gdb",
    arguments: ["-nx", "-batch", ...commands, begin.file],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/tmp", LC_ALL: "C" },
    folder: out,
    timeout: 60_000,
  });
  return normalise(outcome, [
    ...begin.replacements,
    { find: /0x[0-9a-f]{6,16}/g, put: "<address>" },
    { find: /\(process \d+\)|process \d+/g, put: "<process>" },
    { find: /^warning: (?!.*(load map|Corrupted)).*\n/gm, put: "" },
    { find: /(Yes|No)( \(\*\))? +(?=[</])|^\(\*\): Shared library.*\n/gm, put: "" },
  ]);
}

describe.skipIf(!hasGdb())("gdb", () => {
  for (const arch of arches) {
    const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
    test.skipIf(missing !== undefined)(`a session on ${arch}`, async () => {
      const out = buildAll(buildOf(debuggedCase), arch);
      const reference = await debug("reference", arch, out);
      expect(reference.stdout).toContain("libneeded.so");
      expect(reference.stdout).toContain("in next ()");
      expect(reference.stdout).toContain("exited normally");
      const wrong = difference(reference, await debug("subject", arch, out));
      if (wrong !== undefined) expect.fail(wrong);
    });
    test.skipIf(missing !== undefined)(`a breakpoint on mmap on ${arch}`, async () => {
      const out = buildAll(buildOf(mappingCase), arch);
      for (const role of ["reference", "subject"] as const) {
        const { stdout } = await debug(role, arch, out, breakOnMmap);
        expect(stdout).toMatch(/^#0 .*mmap/m);
        expect(stdout).toMatch(/^#1 .* main \(/m);
      }
    });
    test.skipIf(missing !== undefined)(`no complaint about auditors on ${arch}`, async () => {
      const out = buildAll(buildOf(callsCase), arch);
      const audited = [`set environment LD_AUDIT ${join(out, "libentries.so")}`, ...follow];
      for (const role of ["reference", "subject"] as const) {
        const { stdout, stderr } = await debug(role, arch, out, audited);
        expect(stdout).toContain("exited normally");
        expect(stderr).not.toContain("Corrupted");
      }
    });
    test.skipIf(missing !== undefined)(`no complaint about dlmopen on ${arch}`, async () => {
      const out = buildAll(buildOf(namespaceCase), arch);
      const reference = await debug("reference", arch, out, follow);
      expect(reference.stdout).toContain("exited normally");
      expect(reference.stderr).not.toContain("load map");
      const subject = await debug("subject", arch, out, follow);
      expect(subject.stdout).toContain("exited normally");
      expect(subject.stderr).not.toContain("load map");
    });
  }
});
