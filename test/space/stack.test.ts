/** A stack that may grow far or without a limit: nothing is placed in its way that the kernel would not place there. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const out = join(workFolder, "space");
/** `limit` in kibibytes, of which 1,200,000 is more than an eighth of the address space of 32 bits; the rest are the
 * program's arguments in mebibytes: what it uses, what it raises its own limit to, and what it maps before. The kernel leaves 128 MiB for that. */
const LIMITS = [
  { limit: "unlimited", sizes: ["1000"] },
  { limit: "1200000", sizes: ["1000"] },
  { limit: "8192", sizes: ["110", "120"] },
  { limit: "8192", sizes: ["110", "120", "1200"] },
];
const cases = ways.flatMap((way) => LIMITS.map((stack) => ({ way, ...stack })));

function compile(arch: Arch): string {
  const program = join(out, `deep-${arch}`);
  mkdirSync(out, { recursive: true });
  execFileSync("gcc", [
    ...[arch === "i386" ? "-m32" : "-m64", "-O1", "-Wall", "-Wextra", "-Wno-infinite-recursion"],
    ...["-o", program, join(import.meta.dirname, "deep.c")],
    ...sysrootFlags(arch),
    ...dlopenFlags,
  ]);
  return program;
}

const usable = arches.filter(
  (arch) => whyNotBuildable(arch) === undefined && whyNotComparable(arch) === undefined,
);

describe.each(usable)("%s: a stack with a high limit or none", (arch) => {
  const path = compile(arch);
  it.each(cases)(
    "grows as under glibc's linker: $limit, $sizes, $way",
    async ({ way, limit, sizes }) => {
      const tree = systemTree(arch);
      const program = {
        path,
        arch,
        ...(tree === undefined ? {} : { libraryPath: tree.libraryPath }),
      };
      const outcome = (role: Role) => {
        const { file, arguments: options, environment } = start(role, way, program);
        return run({
          file: "sh",
          arguments: ["-c", `ulimit -Ss ${limit} && exec "$0" "$@"`, file, ...options, ...sizes],
          environment: {
            PATH: process.env["PATH"] ?? "/usr/bin:/bin",
            LC_ALL: "C",
            ...environment,
          },
          folder: out,
          timeout: 60_000,
        });
      };
      const reference = await outcome("reference");
      expect(reference).toMatchObject({ status: 0, stderr: "" });
      expect(await outcome("subject")).toEqual(reference);
    },
  );
});
