/**
 * Builds of glibc that a machine has and no committed module names, but that were held against a module and
 * found to fit it: a list beside the generated trees, which no commit has. A build that differs from the module in
 * the folders alone that its linker searches is an ABI of its own, a sibling of the module's.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Abi, SearchPlaces } from "./abi/model.ts";

/** One build that fits a known ABI. */
export interface LocalBuild {
  /** The id of the ABI: a module's, or that of a sibling. */
  readonly abi: string;
  /** The module that describes all of it but the folders. */
  readonly module: string;
  readonly searchPlaces: SearchPlaces;
  readonly package: string;
  readonly ldsoBuildId: string;
  readonly libcBuildId: string;
}

const listPath = (root: string) => join(root, "build", "local-builds.json");

/** The builds found so far. An entry of an older form is none: its build is held against the modules again. */
export function readLocalBuilds(root: string): readonly LocalBuild[] {
  try {
    const entries: readonly Partial<LocalBuild>[] = JSON.parse(
      readFileSync(listPath(root), "utf8"),
    );
    return entries.filter((entry): entry is LocalBuild => entry.searchPlaces !== undefined);
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

/** An ABI with the builds of the list that belong to it; of a module, its siblings' builds are relatives. */
export function withLocalBuilds(abi: Abi, builds: readonly LocalBuild[]): Abi {
  const known = new Set(abi.builds.map(({ libcBuildId }) => libcBuildId));
  const fresh = builds
    .filter((build) => build.abi === abi.id && !known.has(build.libcBuildId))
    .map(({ package: name, ldsoBuildId, libcBuildId }) => ({
      package: name,
      ldsoBuildId,
      libcBuildId,
    }));
  const ofSiblings = builds
    .filter((build) => build.module === abi.id && build.abi !== abi.id)
    .map(({ libcBuildId }) => libcBuildId);
  const relatives = [...new Set([...(abi.relatives ?? []), ...ofSiblings])];
  return {
    ...abi,
    ...(fresh.length === 0 ? {} : { builds: [...abi.builds, ...fresh] }),
    ...(relatives.length === 0 ? {} : { relatives }),
  };
}

/** Modules with the builds of the list, and behind each its siblings. */
export function knownAbis(modules: readonly Abi[], builds: readonly LocalBuild[]): readonly Abi[] {
  return modules.flatMap((module) => {
    const own = builds.filter((build) => build.module === module.id && build.abi !== module.id);
    const siblings = new Map(
      own.map(({ abi, searchPlaces }) => [abi, siblingAbi(module, searchPlaces)]),
    );
    return [module, ...siblings.values()].map((abi) => withLocalBuilds(abi, builds));
  });
}

/** A module as a linker that searches other folders has it, without builds: `glibc-2.36-i386-lib32`. */
export function siblingAbi(module: Abi, searchPlaces: SearchPlaces): Abi {
  const name = searchPlaces.lib.replaceAll("/", "-");
  const relatives = module.builds.map(({ libcBuildId }) => libcBuildId);
  return { ...module, id: `${module.id}-${name}`, searchPlaces, builds: [], relatives };
}

/** Whether two linkers search the same folders. */
export function isSamePlaces(a: SearchPlaces, b: SearchPlaces): boolean {
  return a.lib === b.lib && a.systemFolders.join(":") === b.systemFolders.join(":");
}
