/** Which of the known ABIs the glibc of a system has. */

import { abiByBuildId, abiByVersion, allAbis } from "./abi/index.ts";
import type { Abi, Arch } from "./abi/model.ts";
import { buildId, type Elf } from "./elf.ts";
import { versionDefinitions } from "./elf-symbols.ts";
import { compareVersions } from "./glibc-version.ts";
import { LocateError, locateGlibc, readElf } from "./ingest/locate.ts";

/** Thrown with a sentence that says what to do. */
export class UnknownGlibcError extends Error {
  override readonly name = "UnknownGlibcError";
}

/** The version of glibc that a libc.so.6 is: the newest public version that it defines. */
export function glibcVersion(libc: Elf): string | undefined {
  return versionDefinitions(libc)
    .flatMap((name) => /^GLIBC_(\d+\.\d+)(?:\.\d+)?$/.exec(name)?.[1] ?? [])
    .sort(compareVersions)
    .at(-1);
}

/** The ABI of a libc.so.6: by build-id, else by version. */
export function abiOfLibc(libc: Elf, arch: Arch): Abi | undefined {
  const id = buildId(libc);
  const exact = id === undefined ? undefined : abiByBuildId(id);
  const version = glibcVersion(libc);
  return exact ?? (version === undefined ? undefined : abiByVersion(version, arch));
}

/**
 * The ABIs for the glibc below `root`, one for each of `archs`. An architecture whose glibc is not
 * installed gets the ABI of the version that the other has.
 */
export function systemAbis(root: string, archs: readonly Arch[]): readonly Abi[] {
  const installed = installedLibcs(root);
  const any = [...installed.values()][0];
  if (any === undefined)
    throw new UnknownGlibcError(`there is no glibc for x86_64 or i386 below ${root}`);
  return archs.map((arch) => {
    const libc = installed.get(arch) ?? any;
    const version = glibcVersion(libc) ?? "of unknown version";
    const abi = installed.has(arch) ? abiOfLibc(libc, arch) : abiByVersion(version, arch);
    if (abi === undefined) throw new UnknownGlibcError(unknownGlibc(version, arch));
    return abi;
  });
}

/** The ABIs of the glibcs that are really below `root`. */
export function installedAbis(root: string): readonly Abi[] {
  return systemAbis(root, [...installedLibcs(root).keys()]);
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

function unknownGlibc(version: string, arch: Arch): string {
  const known = allAbis.map(({ id }) => id).join(", ");
  return (
    `glibc ${version} for ${arch} is not known (known: ${known}). ` +
    "`wine-ld abi import` makes a description from its debug symbols (package libc6-dbg)"
  );
}
