/** The registry of known ABIs: which module describes a given glibc. */
import type { Abi, Arch } from "./model.ts";
import { modules } from "./modules.ts";

export type * from "./model.ts";

/** Every known ABI, oldest glibc first. */
export const allAbis: readonly Abi[] = modules;

/** The ABI with this id (`glibc-2.36-x86_64`). */
export function abiById(id: string): Abi | undefined {
  return allAbis.find((abi) => abi.id === id);
}

/** The ABI made from the build of ld.so or libc.so.6 with this build-id (hexadecimal). */
export function abiByBuildId(buildId: string): Abi | undefined {
  return allAbis.find((abi) =>
    abi.builds.some((build) => build.ldsoBuildId === buildId || build.libcBuildId === buildId),
  );
}

/**
 * The ABI of a glibc version: an approximation, because builds of one version can differ. Ask by
 * build-id first.
 */
export function abiByVersion(version: string, arch: Arch): Abi | undefined {
  return allAbis.find((abi) => abi.version === version && abi.arch === arch);
}
