/**
 * `wine-ld abi import` without its command line: from a source of a glibc to a written module. The
 * only code of the project that writes modules.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Abi, Arch } from "../abi/model.ts";
import { buildId } from "../elf.ts";
import { fetchDebianTree } from "./debian.ts";
import { type Debuginfod, fetchDebug } from "./debuginfod.ts";
import { importAbi } from "./import.ts";
import { type GlibcFiles, LocateError, locateDebug, locateGlibc, readElf } from "./locate.ts";
import { abiConstantName, abiModuleText, joinBuilds, moduleListText } from "./module.ts";

/** Where a glibc and its debug info come from. */
export type ImportSource =
  /** A system root or an unpacked tree; debug info below it or below `debug` (folders, .debug files). */
  | { readonly kind: "folder"; readonly root: string; readonly debug?: readonly string[] }
  /** The packages libc6 and libc6-dbg of a Debian release, unpacked below `cacheDir`. */
  | { readonly kind: "debian"; readonly release: string; readonly cacheDir: string };

/** What to import and where to put it. */
export interface ImportRequest {
  readonly source: ImportSource;
  readonly arch: Arch;
  /** The folder of the modules, `codegen/abi`. */
  readonly moduleDir: string;
  /** Default `glibc-<version>-<arch>`. */
  readonly id?: string;
  /** Asked for debug info that is nowhere on disk. */
  readonly debuginfod?: Debuginfod;
  readonly progress?: (line: string) => void;
}

/** What an import did. */
export interface ImportResult {
  readonly abi: Abi;
  readonly path: string;
  /** The system or tree that it was made from. */
  readonly root: string;
  /** `new`: no module had this id; `rebuilt`: it was written again; `build added`: see `joinBuilds`. */
  readonly outcome: "new" | "rebuilt" | "build added";
}

/** Thrown when a module of the same id describes another layout. */
export class ImportConflictError extends Error {
  override readonly name = "ImportConflictError";
}

/**
 * The glibc of a Debian release with its debug info, fetched when it is not yet in the cache.
 * @returns the root of the unpacked tree
 */
export async function fetchDebianGlibc(
  release: string,
  arch: Arch,
  cacheDir: string,
  progress?: (line: string) => void,
): Promise<string> {
  const tree = await fetchDebianTree({
    release,
    arch: arch === "x86_64" ? "amd64" : "i386",
    packages: ["libc6", "libc6-dbg"],
    cacheDir,
    ...(progress && { progress }),
  });
  return tree.path;
}

async function locateSource(
  request: ImportRequest,
): Promise<{ root: string; files: GlibcFiles; ldsoDebug: string }> {
  const { source, arch, progress } = request;
  const root =
    source.kind === "folder"
      ? source.root
      : await fetchDebianGlibc(source.release, arch, source.cacheDir, progress);
  const files = locateGlibc(root, arch);
  const extra = source.kind === "folder" ? (source.debug ?? []) : [];
  return { root, files, ldsoDebug: await debugOf(files.ldso, [root, ...extra], request) };
}

/** The debug file on disk, else from a server. */
async function debugOf(
  ldso: string,
  roots: readonly string[],
  { debuginfod, progress = () => {} }: ImportRequest,
): Promise<string> {
  try {
    return locateDebug(ldso, roots);
  } catch (error) {
    const id = buildId(readElf(ldso));
    if (!(error instanceof LocateError) || id === undefined) throw error;
    if (debuginfod === undefined || debuginfod.servers.length === 0) {
      throw new LocateError(`${error.message}, or name a debuginfod server in DEBUGINFOD_URLS`);
    }
    progress(`asking ${debuginfod.servers.join(" ")} for the debug info of ${ldso}`);
    const found = await fetchDebug(debuginfod, id, progress);
    if (found !== undefined) return found;
    throw new LocateError(`${error.message}; no server of DEBUGINFOD_URLS has it`);
  }
}

/** The module with this id, read by itself: the list of modules may name one that is gone. */
async function knownModule(moduleDir: string, id: string): Promise<Abi | undefined> {
  const path = join(moduleDir, `${id}.ts`);
  if (!existsSync(path)) return undefined;
  const module: Record<string, Abi | undefined> = await import(pathToFileURL(path).href);
  return module[abiConstantName(id)];
}

function joinWithKnown(
  imported: Abi,
  known: Abi | undefined,
): { abi: Abi; outcome: ImportResult["outcome"] } {
  if (!known) return { abi: imported, outcome: "new" };
  const build = imported.builds[0];
  const isSameBuild = known.builds.some((other) => other.libcBuildId === build?.libcBuildId);
  if (isSameBuild && known.builds.length === 1) return { abi: imported, outcome: "rebuilt" };
  const joined = joinBuilds(known, imported);
  if (joined) return { abi: joined, outcome: isSameBuild ? "rebuilt" : "build added" };
  throw new ImportConflictError(
    `${imported.id} is known from ${known.builds[0]?.package} and ${build?.package} differs from it: ` +
      "give the new one an id of its own with --id, `wine-ld abi diff` then shows what differs",
  );
}

/**
 * Imports one ABI and writes its module and the list of modules.
 * @throws an Error with a sentence for the user: what is missing and which package has it
 */
export async function importModule(request: ImportRequest): Promise<ImportResult> {
  const { root, ...sources } = await locateSource(request);
  const imported = await importAbi(
    { ...sources, ...(request.id !== undefined && { id: request.id }) },
    request.progress,
  );
  const known = await knownModule(request.moduleDir, imported.id);
  const { abi, outcome } = joinWithKnown(imported, known);
  const path = join(request.moduleDir, `${abi.id}.ts`);
  writeFileSync(path, abiModuleText(abi));
  const ids = readdirSync(request.moduleDir)
    .filter((name) => /^glibc-.*\.ts$/.test(name))
    .map((name) => name.slice(0, -".ts".length));
  writeFileSync(join(request.moduleDir, "modules.ts"), moduleListText(ids));
  return { abi, path, outcome, root };
}
