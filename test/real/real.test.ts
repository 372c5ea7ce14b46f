/**
 * Real programs: standard output, standard error and exit status under the linker to be tested equal those
 * under glibc's, in both ways of starting.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { difference, ending, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { i386Programs } from "./programs-i386.ts";
import { x86_64Programs } from "./programs-x86_64.ts";
import type { RealProgram } from "./table.ts";

/** Of this process alone, so that two runs of the suite do not meet. */
const scratch = join(workFolder, `real-${process.pid}`);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const tables: Readonly<Record<Arch, readonly RealProgram[]>> = {
  x86_64: x86_64Programs,
  i386: i386Programs,
};

const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  TERM: "dumb",
  USER: "root",
  SHELL: "/bin/sh",
};

function treeRoot(arch: Arch): string {
  return arch === "i386" ? (systemTree("i386")?.root ?? "") : "";
}

function expandFor(arch: Arch, work: string): (text: string) => string {
  return (text) => text.replaceAll("$work", work).replaceAll("$tree", treeRoot(arch));
}

/** Why a program cannot be run here, or undefined. */
function whyMissing(entry: RealProgram, arch: Arch): string | undefined {
  const expand = expandFor(arch, "/absent");
  const files = [entry.program, ...(entry.wrapper?.slice(0, 1) ?? []), ...(entry.needs ?? [])];
  const absent = files
    .map(expand)
    .find((file) => file.startsWith("/") && !file.startsWith("/absent") && !existsSync(file));
  if (absent === undefined) return undefined;
  return `${absent} is not there: ${arch === "i386" ? "npx tsx test/prepare.ts" : `apt-get install ${entry.package}`}`;
}

function prepareFolder(entry: RealProgram, expand: (text: string) => string, work: string): void {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  if (entry.prepare === undefined) return;
  const environment = { ...baseEnvironment, HOME: work };
  execFileSync("/bin/sh", ["-e", "-c", expand(entry.prepare)], {
    cwd: work,
    env: environment,
    stdio: "pipe",
  });
}

async function runUnder(role: Role, entry: RealProgram, arch: Arch, way: Way): Promise<Outcome> {
  const work = join(scratch, `${arch}-${way}`);
  const expand = expandFor(arch, work);
  prepareFolder(entry, expand, work);
  const tree = systemTree(arch);
  const begin = start(role, way, {
    path: expand(entry.program),
    arch,
    ...(tree === undefined ? {} : { libraryPath: tree.libraryPath }),
    ...(entry.beside === undefined ? {} : { beside: entry.beside }),
  });
  const command = [
    ...(entry.wrapper ?? []),
    begin.file,
    ...begin.arguments,
    ...(entry.arguments ?? []),
  ].map(expand);
  const own = Object.entries(entry.environment ?? {}).map(
    ([name, value]) => [name, expand(value)] as const,
  );
  const outcome = await run({
    file: command[0] ?? "",
    arguments: command.slice(1),
    environment: {
      ...baseEnvironment,
      HOME: work,
      ...Object.fromEntries(own),
      ...begin.environment,
    },
    folder: work,
    timeout: entry.timeout ?? 60_000,
    ...(entry.input === undefined ? {} : { input: entry.input }),
  });
  const replacements = (entry.replace ?? []).map(([find, put]) => ({ find, put }));
  return normalise(outcome, [...begin.replacements, ...replacements]);
}

function checkReference(entry: RealProgram, outcome: Outcome): void {
  const said = `${outcome.stdout.slice(-1500)}\n${outcome.stderr.slice(-1500)}`;
  expect(ending(outcome), said).toBe(`exit status ${entry.status ?? 0}`);
  if (entry.stdout !== undefined) expect(outcome.stdout, said).toMatch(entry.stdout);
}

for (const arch of arches) {
  const missing = whyNotComparable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const entry of tables[arch]) {
        const absent = missing === undefined ? whyMissing(entry, arch) : undefined;
        for (const way of entry.ways ?? ways) {
          const name = `${entry.name} (${way})${absent === undefined ? "" : `: skipped, ${absent}`}`;
          test.skipIf(absent !== undefined)(name, async () => {
            const reference = await runUnder("reference", entry, arch, way);
            checkReference(entry, reference);
            const wrong = difference(reference, await runUnder("subject", entry, arch, way));
            if (wrong !== undefined) expect.fail(wrong);
          });
        }
      }
    },
  );
}
