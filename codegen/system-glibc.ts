/** Which of the known ABIs the glibc of a system has. */

import { allAbis } from "./abi/index.ts";
import type { Abi, Arch } from "./abi/model.ts";
import { buildId, type Elf } from "./elf.ts";
import { LocateError, locateGlibc, readElf } from "./ingest/locate.ts";
import { findBanner } from "./ingest/surface.ts";

/** Thrown with a sentence that says what to do. */
export class UnknownGlibcError extends Error {
  override readonly name = "UnknownGlibcError";
}

/**
 * The version of glibc that a libc.so.6 is, as its banner says. Not every release has a version node of its own:
 * 2.31, 2.37 and 2.40 have none on x86_64.
 */
export function glibcVersion(libc: Elf): string | undefined {
  return findBanner(libc)?.version;
}

/** The ABI of a libc.so.6: by build-id, else by version. */
function abiOfLibc(libc: Elf, arch: Arch, known: readonly Abi[]): Abi | undefined {
  const id = buildId(libc);
  const exact = known.find(({ builds }) => builds.some(({ libcBuildId }) => libcBuildId === id));
  return exact ?? abiOfVersion(glibcVersion(libc), arch, known);
}

/** An approximation, because builds of one version can differ. */
function abiOfVersion(
  version: string | undefined,
  arch: Arch,
  known: readonly Abi[],
): Abi | undefined {
  return known.find((abi) => abi.version === version && abi.arch === arch);
}

/**
 * The ABIs for the glibc below `root`, one for each of `archs`. An architecture whose glibc is not
 * installed gets the ABI of the version that the other has.
 * @param known the ABIs to choose from
 */
export function systemAbis(
  root: string,
  archs: readonly Arch[],
  known: readonly Abi[] = allAbis,
): readonly Abi[] {
  const installed = installedLibcs(root);
  const any = [...installed.values()][0];
  if (any === undefined)
    throw new UnknownGlibcError(`there is no glibc for x86_64 or i386 below ${root}`);
  return archs.map((arch) => {
    const libc = installed.get(arch) ?? any;
    const version = glibcVersion(libc);
    const abi = installed.has(arch)
      ? abiOfLibc(libc, arch, known)
      : abiOfVersion(version, arch, known);
    if (abi === undefined)
      throw new UnknownGlibcError(unknownGlibc(version ?? "of unknown version", arch, known));
    return abi;
  });
}

/** The ABIs of the glibcs that are really below `root`. */
export function installedAbis(root: string, known: readonly Abi[] = allAbis): readonly Abi[] {
  return systemAbis(root, [...installedLibcs(root).keys()], known);
}

/** The architectures that have a glibc below `root`. */
export function installedArchs(root: string): readonly Arch[] {
  return [...installedLibcs(root).keys()];
}

function installedLibcs(root: string): ReadonlyMap<Arch, Elf> {
  const installed = new Map<Arch, Elf>();
  for (const arch of ["x86_64", "i386"] as const) {
    const libc = installedLibc(root, arch);
    if (libc !== undefined) installed.set(arch, libc);
  }
  return installed;
}

function installedLibc(root: string, arch: Arch): Elf | undefined {
  try {
    return readElf(locateGlibc(root, arch).libc);
  } catch (error) {
    if (error instanceof LocateError) return undefined;
    throw error;
  }
}

function unknownGlibc(version: string, arch: Arch, known: readonly Abi[]): string {
  const ids = known.map(({ id }) => id).join(", ");
  return (
    `glibc ${version} for ${arch} is not known (known: ${ids}). ` +
    "`wine-ld abi import` makes a description from its debug symbols (package libc6-dbg)"
  );
}
