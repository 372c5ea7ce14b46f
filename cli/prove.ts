/**
 * The proof of a linker before it is used: the whole of `verify`, with the glibc that is there. A verdict is kept by
 * what it depends on, so that a build that changes nothing costs nothing.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import type { Abi } from "../codegen/abi/model.ts";
import { buildId } from "../codegen/elf.ts";
import { LocateError, locateGlibc, readElf } from "../codegen/ingest/locate.ts";
import { listFiles } from "../codegen/source-tree.ts";

/** What is proved, with the glibc below which folder. */
export interface ProofRequest {
  readonly abi: Abi;
  readonly linker: string;
  /** The system's root or an unpacked tree. */
  readonly system: string;
  /** The checkout. */
  readonly root: string;
  readonly progress: (line: string) => void;
}

/** `no glibc`: none of the ABI's builds is there, so nothing can be said. */
export type Proof =
  | { readonly verdict: "passed" | "no glibc" }
  /** Each difference on a line of its own. */
  | { readonly verdict: "failed"; readonly report: string };

/**
 * Proves a linker, unless it passed before with the same glibc on the same processor.
 * @throws ToolchainError when there is no compiler for the programs to run
 */
export async function proveLinker(request: ProofRequest): Promise<Proof> {
  const { abi, linker, system, root, progress } = request;
  const ids = glibcOf(abi, system);
  if (ids === undefined) return { verdict: "no glibc" };
  const key = fingerprint(root, linker, ids);
  if (passedBefore(root).includes(key)) return { verdict: "passed" };
  const { describeReport, verifyAbi } = await import("../codegen/verify.ts");
  const cacheDir = join(root, ".cache", "verify");
  const report = await verifyAbi({ abi, root: system, checkout: root, cacheDir, linker, progress });
  if (!report.passed) return { verdict: "failed", report: describeReport(report) };
  notePassed(root, key);
  return { verdict: "passed" };
}

/** The build-ids of the glibc below a folder, when it is one of the ABI's. */
function glibcOf({ arch, builds }: Abi, system: string): readonly string[] | undefined {
  try {
    const files = locateGlibc(system, arch);
    const [libc, ldso] = [files.libc, files.ldso].map((path) => buildId(readElf(path)) ?? "");
    const isKnown = builds.some(({ libcBuildId }) => libcBuildId === libc);
    return isKnown ? [libc ?? "", ldso ?? ""] : undefined;
  } catch (error) {
    if (error instanceof LocateError) return undefined;
    throw error;
  }
}

/** All that a verdict depends on: both files of the glibc, the linker, the checks and the processor. */
function fingerprint(root: string, linker: string, ids: readonly string[]): string {
  const checks = join(root, "codegen/verify");
  const files = [linker, ...listFiles(checks).map((path) => join(checks, path))];
  const hash = createHash("sha256").update([...ids, cpus()[0]?.model ?? ""].join("\n"));
  for (const path of files) hash.update(readFileSync(path));
  return hash.digest("hex");
}

const listPath = (root: string) => join(root, "build", "proved.json");

function passedBefore(root: string): readonly string[] {
  try {
    return JSON.parse(readFileSync(listPath(root), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError)
      return [];
    throw error;
  }
}

/** The last hundred are kept. */
function notePassed(root: string, key: string): void {
  mkdirSync(dirname(listPath(root)), { recursive: true });
  writeFileSync(listPath(root), JSON.stringify([...passedBefore(root), key].slice(-100)));
}
