/**
 * What a guest's library (wine's ntdll.so) is told to be kept for it though nothing is: guest.c plays wine, in a process
 * with a policy of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const folder = import.meta.dirname;

function compile(arch: Arch): string {
  const out = join(workFolder, "space", `guest-${arch}`);
  mkdirSync(out, { recursive: true });
  const flags = [arch === "i386" ? "-m32" : "-m64", "-O1", "-g", "-Wall", "-Wextra", "-Werror"];
  const library = join(out, "libguest.so");
  const soname = ["-shared", "-fPIC", "-Wl,-soname,libguest.so"];
  const system = [...sysrootFlags(arch), ...dlopenFlags];
  const own = ["-o", library, join(folder, "guest_library.c")];
  execFileSync("gcc", [...flags, ...soname, ...own, ...system]);
  const program = join(out, "guest");
  const linked = ["-rdynamic", "-o", program, join(folder, "guest.c"), library];
  execFileSync("gcc", [...flags, ...linked, `-Wl,-rpath,${out}`, ...system]);
  return program;
}

/** Where a program that is to be started wants to lie: nowhere, in what is kept, in what is only listed, elsewhere. */
const PROGRAMS = [undefined, "40400000-40800000", "20000000-20010000"] as const;

const usable = arches.filter(
  (arch) => whyNotBuildable(arch) === undefined && whyNotComparable(arch) === undefined,
);

describe.each(usable)("%s: what is listed for a guest and not kept", (arch) => {
  const path = compile(arch);
  describe.each(ways)("%s", (way) => {
    it.each(PROGRAMS)("a program for %s", async (range) => {
      const tree = systemTree(arch);
      const program = { path, arch, ...(tree && { libraryPath: tree.libraryPath }) };
      const { file, arguments: options, environment } = start("subject", way, program);
      const outcome = await run({
        file,
        arguments: [...options, ...(range === undefined ? [] : [range])],
        environment: {
          ...environment,
          WINE_LD_POLICY: join(folder, "guest.policy"),
          ...(range && { WINEPRELOADRESERVE: range }),
        },
        folder: workFolder,
        timeout: 60_000,
      });
      expect(outcome).toMatchObject({ status: 0, stderr: "" });
    });
  });
});
