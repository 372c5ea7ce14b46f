/** `wine-ld abi list` and `show`: what is known, for people. */

import { allAbis } from "../codegen/abi/index.ts";
import type { Abi } from "../codegen/abi/model.ts";
import { describeStruct } from "../codegen/diff.ts";
import { knownAbis, readLocalBuilds } from "../codegen/local-builds.ts";
import { CommandError, UsageError } from "./command-error.ts";
import { projectRoot } from "./project-root.ts";

/** The ABIs of the modules, and those of this machine's builds that differ from them in their folders. */
export function machineAbis(): readonly Abi[] {
  return knownAbis(allAbis, readLocalBuilds(projectRoot));
}

/** The ABI with an id, or a complaint that lists those there are. */
export function requireAbi(id: string): Abi {
  const abis = machineAbis();
  const abi = abis.find((known) => known.id === id);
  if (abi === undefined) {
    const known = abis.map((other) => other.id).join(", ");
    throw new UsageError(`there is no ABI ${id} (known: ${known})`);
  }
  return abi;
}

/** One line for each ABI: its id and the packages it was made from. */
export function abiList(abis: readonly Abi[]): readonly string[] {
  const width = Math.max(0, ...abis.map(({ id }) => id.length));
  return abis.map(
    ({ id, builds }) => `${id.padEnd(width)}  ${builds.map((build) => build.package).join("; ")}`,
  );
}

/** What `abi list` says, as data. */
export function abisData(abis: readonly Abi[]) {
  return abis.map(({ id, version, arch, soname, builds }) => ({
    id,
    version,
    arch,
    soname,
    builds,
  }));
}

/** A whole ABI as data, or one of its structs. */
export function abiData(abi: Abi, structName?: string) {
  return structName === undefined ? abi : requireStruct(abi, structName);
}

function requireStruct(abi: Abi, structName: string): Abi["structs"][number] {
  const struct = abi.structs.find(({ name }) => name === structName);
  if (struct !== undefined) return struct;
  throw new CommandError(`${abi.id} has no struct ${structName}: \`wine-ld abi show ${abi.id}\``);
}

/** An ABI in short, or one of its structs field by field. */
export function abiShow(abi: Abi, structName?: string): readonly string[] {
  if (structName === undefined) return summary(abi);
  const struct = requireStruct(abi, structName);
  return [
    `${struct.kind} ${struct.name}, ${struct.size} bytes`,
    ...describeStruct(abi, structName),
  ];
}

/** The optional files of the runtime that an ABI does not get, and why. */
export async function abiFiles(abi: Abi): Promise<readonly string[]> {
  const [{ runtimeSelection }, { describeFiles }] = [
    await import("../codegen/generate.ts"),
    await import("../codegen/select-runtime.ts"),
  ];
  return describeFiles(abi, runtimeSelection(projectRoot, abi));
}

function summary(abi: Abi): readonly string[] {
  return [
    `${abi.id}: ${abi.soname} of glibc ${abi.version} for ${abi.arch}`,
    ...abi.builds.map(
      (build) =>
        `made from ${build.package} (ld.so ${build.ldsoBuildId}, libc ${build.libcBuildId})`,
    ),
    `$LIB is ${abi.searchPlaces.lib}, folders: ${abi.searchPlaces.systemFolders.join(" ")}`,
    `${abi.exports.length} exported symbols in ${abi.versionNodes.join(", ")}`,
    `${abi.tunables.length} tunables, ${abi.cpuFeatureLeaves.length} CPUID leaves, ` +
      `${abi.vdsoSlots.length} vdso slots, ${abi.mmapEntries.length} mmap-family entries`,
    "structs (bytes):",
    ...abi.structs.map(({ name, size }) => `  ${name} ${size}`),
  ];
}
