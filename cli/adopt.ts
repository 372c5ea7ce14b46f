/**
 * The ABIs for the glibcs of a machine or of an unpacked release, also when no module names their builds: held against the nearest module,
 * or imported, or refused with what would help. Nothing is used that a check has not passed.
 */

import { join } from "node:path";
import { allAbis } from "../codegen/abi/index.ts";
import type { Abi, Arch, SearchPlaces } from "../codegen/abi/model.ts";
import { buildId } from "../codegen/elf.ts";
import { compareVersions } from "../codegen/glibc-version.ts";
import { serversOf } from "../codegen/ingest/debuginfod.ts";
import { locateGlibc, readElf } from "../codegen/ingest/locate.ts";
import { importModule } from "../codegen/ingest/run.ts";
import { searchPlaces } from "../codegen/ingest/search-places.ts";
import {
  isSamePlaces,
  knownAbis,
  type LocalBuild,
  readLocalBuilds,
  siblingAbi,
  withLocalBuilds,
  writeLocalBuilds,
} from "../codegen/local-builds.ts";
import { glibcVersion, installedArchs, UnknownGlibcError } from "../codegen/system-glibc.ts";
import { describeReport, type VerifyReport, verifyAbi } from "../codegen/verify.ts";

/** Where things are and who is told. */
export interface AdoptRequest {
  /** The system whose glibcs are meant. */
  readonly system: string;
  /** How the system is called. Default: this machine. */
  readonly owner?: string;
  /** Whether a module may be made from debug info when none fits. Default: true. */
  readonly mayImport?: boolean;
  /** The checkout. */
  readonly root: string;
  /** The modules there are. Default: those of the checkout. */
  readonly modules?: readonly Abi[];
  readonly progress: (line: string) => void;
}

/** An ABI, and whether one of its builds was taken on just now: then its linker has still to be proved. */
export interface Adopted {
  readonly abi: Abi;
  readonly fresh?: LocalBuild;
}

/** The glibc of one architecture, as far as its stripped files tell. */
interface Found {
  readonly arch: Arch;
  readonly version: string;
  readonly ldsoBuildId: string;
  readonly libcBuildId: string;
  readonly searchPlaces: SearchPlaces;
}

/** The ABIs for the installed glibcs of these architectures. */
export async function adoptAbis(
  request: AdoptRequest,
  archs: readonly Arch[],
): Promise<readonly Adopted[]> {
  const installed = installedArchs(request.system).filter((arch) => archs.includes(arch));
  const adopted: Adopted[] = [];
  for (const arch of installed) adopted.push(await adopt(request, findGlibc(request.system, arch)));
  return adopted;
}

/** Takes a build off the list again: its linker did not do what glibc's does. */
export function forsake(root: string, build: LocalBuild): void {
  const others = readLocalBuilds(root).filter(
    ({ libcBuildId }) => libcBuildId !== build.libcBuildId,
  );
  writeLocalBuilds(root, others);
}

function findGlibc(system: string, arch: Arch): Found {
  const files = locateGlibc(system, arch);
  const libc = readElf(files.libc);
  const ldso = readElf(files.ldso);
  return {
    arch,
    version: glibcVersion(libc) ?? "0",
    ldsoBuildId: buildId(ldso) ?? "",
    libcBuildId: buildId(libc) ?? "",
    searchPlaces: searchPlaces(ldso),
  };
}

async function adopt(request: AdoptRequest, found: Found): Promise<Adopted> {
  const { root, owner = "this machine", mayImport = true, progress } = request;
  const local = readLocalBuilds(root);
  const modules = (request.modules ?? allAbis).map((abi) => withLocalBuilds(abi, local));
  const exact = knownAbis(modules, local).find((abi) =>
    abi.builds.some((build) => build.libcBuildId === found.libcBuildId),
  );
  if (exact !== undefined) return { abi: exact };
  progress(
    `${found.arch}: no module names the libc.so.6 of ${owner} (glibc ${found.version}, build-id ${found.libcBuildId})`,
  );
  const nearest = nearestAbi(modules, found);
  const isSameVersion = nearest?.version === found.version;
  const refusals: string[] = [];
  const module = () =>
    nearest === undefined ? undefined : tryModule(request, nearest, found, refusals);
  const imported = () => tryImport(request, found, refusals);
  for (const step of stepsOf(isSameVersion, mayImport, module, imported)) {
    const result = await step();
    if (result !== undefined) return result;
  }
  throw new UnknownGlibcError(
    `there can be no linker for glibc ${found.version} (${found.arch}): ` +
      (refusals.length === 0 ? "no module is of its version" : refusals.join("; ")),
  );
}

/** A module of the same version is tried first. Of another version it is the last resort, when nothing can be imported. */
function stepsOf<T>(isSameVersion: boolean, mayImport: boolean, module: T, imported: T) {
  if (!mayImport) return isSameVersion ? [module] : [];
  return isSameVersion ? [module, imported] : [imported, module];
}

/** The module of the same version, else of the nearest one; of this architecture. */
function nearestAbi(known: readonly Abi[], { arch, version }: Found): Abi | undefined {
  const candidates = known.filter((abi) => abi.arch === arch);
  const older = candidates.filter((abi) => compareVersions(abi.version, version) <= 0);
  return older.at(-1) ?? candidates[0];
}

/** Uses a module when every check of it passes on this machine; but for the folders, which may be others. */
async function tryModule(
  { system, owner = "this machine", root, progress }: AdoptRequest,
  module: Abi,
  found: Found,
  refusals: string[],
): Promise<Adopted | undefined> {
  const { libcBuildId, ldsoBuildId, version } = found;
  const abi = isSamePlaces(module.searchPlaces, found.searchPlaces)
    ? module
    : siblingAbi(module, found.searchPlaces);
  const report = await verifyAbi({
    abi,
    root: system,
    checkout: root,
    cacheDir: join(root, ".cache", "verify"),
    progress,
  });
  if (!report.passed) {
    refusals.push(`it does not fit ${abi.id}: ${firstDifference(report)}`);
    return undefined;
  }
  const fresh = {
    abi: abi.id,
    module: module.id,
    searchPlaces: found.searchPlaces,
    package: `glibc ${version} of ${owner}`,
    ldsoBuildId,
    libcBuildId,
  };
  const builds = [...readLocalBuilds(root), fresh];
  writeLocalBuilds(root, builds);
  progress(`${abi.id}: fits it in ${checks(report)} checks; noted in build/local-builds.json`);
  return { abi: withLocalBuilds(abi, builds), fresh };
}

async function tryImport(
  { system, root, modules = allAbis, progress }: AdoptRequest,
  { arch, version, libcBuildId }: Found,
  refusals: string[],
): Promise<Adopted | undefined> {
  const taken = modules.some((abi) => abi.arch === arch && abi.version === version);
  try {
    const { abi, outcome } = await importModule({
      source: { kind: "folder", root: system },
      arch,
      moduleDir: join(root, "codegen/abi"),
      ...(taken && { id: `glibc-${version}-${arch}-${libcBuildId.slice(0, 8)}` }),
      debuginfod: { servers: serversOf(process.env), cacheDir: join(root, ".cache") },
      progress,
    });
    progress(`codegen/abi/${abi.id}.ts: ${outcome}, made from this machine's debug info`);
    return { abi };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    refusals.push(`it cannot be imported: ${error.message}`);
    return undefined;
  }
}

function checks({ parts }: VerifyReport): number {
  return parts.reduce((sum, { verdict }) => sum + verdict.compared, 0);
}

function firstDifference(report: VerifyReport): string {
  const line = describeReport(report)
    .split("\n")
    .find((text) => text.startsWith("    "));
  return line?.trim() ?? "a check failed";
}
