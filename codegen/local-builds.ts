/**
 * Builds of glibc that a machine has and no committed module names, but that were held against a module and
 * found to fit it: a list beside the generated trees, which no commit has.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Abi } from "./abi/model.ts";

/** One build that fits a known ABI. */
export interface LocalBuild {
  /** The id of the ABI. */
  readonly abi: string;
  readonly package: string;
  readonly ldsoBuildId: string;
  readonly libcBuildId: string;
}

const listPath = (root: string) => join(root, "build", "local-builds.json");

/** The builds found so far. */
export function readLocalBuilds(root: string): readonly LocalBuild[] {
  try {
    return JSON.parse(readFileSync(listPath(root), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Replaces the list. */
export function writeLocalBuilds(root: string, builds: readonly LocalBuild[]): void {
  mkdirSync(dirname(listPath(root)), { recursive: true });
  writeFileSync(listPath(root), `${JSON.stringify(builds, null, 2)}\n`);
}

/** An ABI with the builds of the list that belong to it. */
export function withLocalBuilds(abi: Abi, builds: readonly LocalBuild[]): Abi {
  const known = new Set(abi.builds.map(({ libcBuildId }) => libcBuildId));
  const fresh = builds
    .filter((build) => build.abi === abi.id && !known.has(build.libcBuildId))
    .map(({ abi: _, ...build }) => build);
  return fresh.length === 0 ? abi : { ...abi, builds: [...abi.builds, ...fresh] };
}
