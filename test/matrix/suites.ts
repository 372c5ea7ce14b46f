/**
 * The suites of our own programs against the glibc of a tree: conformance (programs, errors) and the address
 * space (space). They run as `npm test` runs them, told by the environment which glibc is meant.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Arch } from "../harness/elf.ts";
import { root } from "../harness/linkers.ts";
import type { ReportLine } from "./reporter.ts";

/** What became of the tests. */
export interface SuitesResult {
  readonly passed: number;
  readonly skipped: number;
  /** One text for each test that failed. */
  readonly failed: readonly string[];
}

/** Which tests: files or folders, as vitest takes them. */
export const conformance: readonly string[] = ["test/programs", "test/errors"];
export const addressSpace: readonly string[] = ["test/space/space.test.ts"];

/** What is tested, and how much of it. */
export interface SuitesRequest {
  readonly suites: readonly string[];
  readonly arch: Arch;
  /** The unpacked release. */
  readonly tree: string;
  /** The linker under test is that of `dist/`. Programs are built in this folder. */
  readonly workFolder: string;
  /** One test of so many; 1: all. */
  readonly part: number;
}

/** Runs the suites. */
export async function runSuites(
  { suites, arch, tree, workFolder, part }: SuitesRequest,
  progress: (done: number, all: number) => void,
): Promise<SuitesResult> {
  const child = spawn(
    join(root, "node_modules/.bin/vitest"),
    ["run", ...suites, `--reporter=${join(import.meta.dirname, "reporter.ts")}`],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        [`WINE_LD_TREE_${arch.toUpperCase()}`]: tree,
        WINE_LD_TEST_ARCH: arch,
        WINE_LD_TEST_FOLDER: workFolder,
        WINE_LD_TEST_PART: String(part),
      },
    },
  );
  const complaints: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const failed: string[] = [];
  let [passed, skipped, all] = [0, 0, 0];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parseLine(text);
    if (line === undefined) continue;
    if ("found" in line) all += line.found;
    else if (line.state === "passed") passed++;
    else if (line.state === "skipped") skipped++;
    else failed.push(`${line.name}: ${line.wrong ?? "failed"}`);
    progress(passed + skipped + failed.length, all);
  }
  const status = await ended;
  if (passed === 0 || (status !== 0 && failed.length === 0)) {
    const said = Buffer.concat(complaints).toString("utf8").trim();
    failed.push(`the suites ended with status ${status} after ${passed} tests: ${said}`);
  }
  return { passed, skipped, failed };
}

/** Other lines are what a module of the suite prints. */
function parseLine(text: string): ReportLine | undefined {
  if (!text.startsWith("{")) return undefined;
  return JSON.parse(text) as ReportLine;
}
