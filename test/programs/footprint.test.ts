/** What calls of the linker take of a thread's stack: no more than under glibc's ld.so. Figures, not timings. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { buildOf, type ProgramCase } from "./case.ts";

const stack: ProgramCase = {
  name: "stack that calls of the linker use",
  targets: [
    { output: "libused.so", sources: ["footprint/used.c"] },
    { output: "libuser.so", sources: ["footprint/user.c"], needs: ["libused.so"] },
    { output: "libfirst.so", sources: ["footprint/first.c"] },
    { output: "libbroken.so", sources: ["footprint/broken.c"] },
    {
      output: "main",
      sources: ["footprint/stack.c"],
      needs: ["libfirst.so"],
      flags: ["-pthread", "-Wl,-z,lazy"],
    },
  ],
};

/** What a program prints, a name and a number a line. */
type Figures = ReadonlyMap<string, number>;

async function figuresOf(out: string, arch: Arch, role: Role, way: Way): Promise<Figures> {
  const libraryPath = systemTree(arch)?.libraryPath;
  const program = { path: join(out, "main"), arch, copyInPlace: true };
  const begin = start(role, way, libraryPath === undefined ? program : { ...program, libraryPath });
  const outcome = await run({
    file: begin.file,
    arguments: begin.arguments,
    environment: begin.environment,
    folder: out,
    timeout: 20_000,
  });
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
  const lines = outcome.stdout.matchAll(/^(.+) (\d+)$/gm);
  return new Map([...lines].map(([, name = "", value]) => [name, Number(value)]));
}

describe(stack.name, () => {
  for (const arch of arches) {
    const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
    for (const way of ways) {
      test.skipIf(missing !== undefined)(`${arch}, ${way}`, async () => {
        const out = buildAll(buildOf(stack), arch);
        const theirs = await figuresOf(out, arch, "reference", way);
        const own = await figuresOf(out, arch, "subject", way);
        expect(theirs.size).toBeGreaterThan(10);
        expect([...own.keys()]).toEqual([...theirs.keys()]);
        const more = [...own].filter(([name, bytes]) => bytes > (theirs.get(name) ?? 0));
        const told = more.map(([name, bytes]) => `${name}: ${bytes}, glibc ${theirs.get(name)}`);
        expect(told).toEqual([]);
      });
    }
  }
});
