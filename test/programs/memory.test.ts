/**
 * What a process has of memory that it shares with no other one when main begins, under glibc's ld.so and ours.
 *
 * Pages are counted, not times. Counted is what was written to: pages of files that nobody else happens to have mapped are
 * shared as soon as somebody does. The stack is left out: how many pages its end takes depends on where in a page the
 * kernel puts it, and how deep it gets is measured in footprint.test.ts.
 */
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { replacedEntries } from "../../codegen/emit/mmap-entries.ts";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import {
  arches,
  glibcVersion,
  type Role,
  referencePath,
  whyNotComparable,
} from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { buildOf, type ProgramCase } from "./case.ts";

const memory: ProgramCase = {
  name: "private memory when main begins",
  targets: [{ output: "main", sources: ["footprint/memory.c"] }],
};

const PAGE = 4096;

/**
 * Pages that the linker may have beyond glibc's: the gate has one to itself, which fork wipes; the list of mappings with
 * the policy fills one; each library is described twice, for us and as glibc's struct link_map.
 */
const BEYOND_GLIBC = 4;

interface Mapping {
  readonly file: string;
  readonly executable: boolean;
  /** Bytes that were written to and belong to this process alone. */
  readonly written: number;
}

function mappingsOf(smaps: string): readonly Mapping[] {
  const heads = /^[0-9a-f]+-[0-9a-f]+ (\S{4}) \S+ \S+ \d+ *(.*)$((?:\n[A-Z].*)*)/gm;
  return [...smaps.matchAll(heads)].map(([, rights = "", file = "", fields = ""]) => ({
    file,
    executable: rights.includes("x"),
    written: Number(/Private_Dirty: +(\d+) kB/.exec(fields)?.[1]) * 1024,
  }));
}

async function mappings(
  out: string,
  arch: Arch,
  role: Role,
  way: Way,
): Promise<readonly Mapping[]> {
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
  const all = mappingsOf(outcome.stdout);
  expect(all.length).toBeGreaterThan(10);
  return all.filter(({ file }) => file !== "[stack]");
}

const isLibcCode = ({ file, executable }: Mapping): boolean =>
  executable && /\/libc(?:-[0-9.]+)?\.so/.test(file);

function pagesOf(all: readonly Mapping[]): number {
  return all.reduce((sum, { written }) => sum + written, 0) / PAGE;
}

/** On how many pages of libc's code the entries lie whose bodies are replaced. */
function entryPages(arch: Arch): number {
  const linker = referencePath(arch) ?? "";
  const abi = allAbis.find(({ id }) => id === `glibc-${glibcVersion(linker)}-${arch}`);
  const replaced = new Set((abi && replacedEntries(abi))?.map(({ symbol }) => symbol));
  const libc = join(dirname(realpathSync(linker)), "libc.so.6");
  const symbols = execFileSync("readelf", ["--dyn-syms", "-W", libc], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const functions = symbols.matchAll(/: ([0-9a-f]+) .* FUNC .* ([a-z_0-9]+)@@?GLIBC/g);
  const pages = [...functions]
    .filter(([, , name = ""]) => replaced.has(name))
    .map(([, address = ""]) => Math.floor(Number.parseInt(address, 16) / PAGE));
  return new Set(pages).size;
}

describe(memory.name, () => {
  for (const arch of arches) {
    const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
    for (const way of ways) {
      test.skipIf(missing !== undefined)(`${arch}, ${way}`, async () => {
        const out = buildAll(buildOf(memory), arch);
        const theirs = await mappings(out, arch, "reference", way);
        const own = await mappings(out, arch, "subject", way);
        expect(pagesOf(theirs.filter(isLibcCode))).toBe(0);
        expect(pagesOf(own.filter(isLibcCode))).toBe(entryPages(arch));
        const rest = pagesOf(own.filter((mapping) => !isLibcCode(mapping)));
        expect(rest).toBeGreaterThan(0);
        expect(rest).toBeLessThanOrEqual(pagesOf(theirs) + BEYOND_GLIBC);
      });
    }
  }
});
