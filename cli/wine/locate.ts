/**
 * Where a wine is: from what a person names (nothing, a command, a file, a folder) to the loaders that run
 * Windows programs. Knows how wine, Debian, Proton and Lutris lay out their files; changes nothing.
 */

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { classifyProgram } from "../../codegen/program.ts";
import { CommandError } from "../command-error.ts";
import { provisionedTree, WINE_RELEASES, type WineRelease } from "./provision.ts";

/** One of wine's loaders. */
export interface Loader {
  /** Its path below the folder of the loaders. */
  readonly name: string;
  readonly arch: Arch;
}

/** A wine that can be run. */
export interface Wine {
  /** The folder that its paths start from: "/" or that of an unpacked tree. */
  readonly root: string;
  /** The folder of the loaders, as seen inside `root`. */
  readonly folder: string;
  /** How many folders above that one wine looks for its files in. */
  readonly depth: number;
  readonly loaders: readonly Loader[];
  /** The static preloaders beside them, named as the loaders are. */
  readonly preloaders: readonly string[];
  /** The loader to start with. */
  readonly first: Loader;
}

/**
 * How a wine runs 32-bit programs: in processes of 32 bits (classic WoW64), in those of 64 bits (the new WoW64 of wine 10
 * and later), or not at all.
 */
export type Wow64 = "classic" | "new" | "none";

/** Where, below a folder that a person names, a wine is installed: in an unpacked tree, itself, in Proton. */
const PREFIXES = ["usr", "", "files", "dist"];
/** Folders of an installed wine that may have the loaders; the last ones, of Debian from sid on, for one architecture. */
const FOLDERS = ["bin", "lib/wine", "lib/x86_64-linux-gnu/wine", "lib/i386-linux-gnu/wine"];
/**
 * Folders of an installed wine that have one folder for each architecture. From wine 10.2 on the loaders are there,
 * and what is in `bin` only loads ntdll.so, which executes them.
 */
const LIBRARIES = ["lib", "lib64", "lib/x86_64-linux-gnu", "lib/i386-linux-gnu"];
/** What is in a folder that has loaders, or folders of them. */
const LOADERS = ["wine", "wine64", "x86_64-unix/wine", "i386-unix/wine"];
const UNIX_FOLDER = /^(?:x86_64|i386)-unix$/;
const DEPTH = 2;
/** A folder of libraries for one architecture, as Debian has them: one more to go up. */
const TRIPLET = /-linux-gnu$/;
/** Where distributions put the loaders when `wine` on PATH is a script. */
const DISTRIBUTIONS = [
  ...["/usr/lib/wine", "/usr/lib/wine-development", "/opt/wine-stable/bin"],
  ...["/usr/lib/x86_64-linux-gnu/wine", "/usr/lib/i386-linux-gnu/wine"],
];

/**
 * Finds wine.
 * @param named a path or command, from `--wine` or WINE_LD_WINE
 * @throws CommandError with what to do when there is none
 */
export function locateWine(named: string | undefined, searchPath: string): Wine {
  if (named !== undefined && named !== "") {
    const found = wineAt(named.includes("/") ? named : onPath(named, searchPath));
    if (found === undefined) throw new CommandError(`${named}: no wine loader there`, 127);
    return found;
  }
  const candidates = [onPath("wine", searchPath), ...DISTRIBUTIONS];
  const found = candidates.map(wineAt).find((wine) => wine !== undefined) ?? provisionedWine();
  if (found !== undefined) return found;
  throw new CommandError(
    "there is no wine on this machine: install it, name one with --wine, or run `wine-ld wine --provision`",
    127,
  );
}

/** The wine that was provisioned; without a release, of the oldest there is. */
export function provisionedWine(release?: WineRelease): Wine | undefined {
  const releases = release === undefined ? WINE_RELEASES : [release];
  const trees = releases.map(provisionedTree).filter((tree) => existsSync(tree));
  return trees.map((tree) => wineIn(realpathSync(tree), "/usr/lib/wine")).find((wine) => wine);
}

/** Where a wine's own DLLs are, from the folder of its loaders. */
const DLL_FOLDERS = [
  "",
  "../lib/wine",
  "../lib64/wine",
  "../x86_64-linux-gnu/wine",
  "../../../lib/wine",
];

/** How this wine runs 32-bit programs. */
export function wow64Of({ root, folder, loaders }: Wine): Wow64 {
  if (loaders.some(({ arch }) => arch === "i386")) return "classic";
  const dlls = DLL_FOLDERS.map((below) => join(root, folder, below, "i386-windows/ntdll.dll"));
  return dlls.some((path) => existsSync(path)) ? "new" : "none";
}

function onPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(":")
    .map((folder) => join(folder || ".", name))
    .find((path) => existsSync(path));
}

/** The wine of a file or folder. */
export function wineAt(path: string | undefined): Wine | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) return wineBelow("/", realpathSync(path));
  const file = realpathSync(path);
  const program = classifyProgram(readFileSync(file));
  if (program.kind === "dynamic") return wineOfLoader("/", file);
  return program.kind === "script" ? wineOfScript(readFileSync(file, "utf8")) : undefined;
}

/** The wine that is installed in a folder, in one of the usual ones below, or of which it is a part. */
function wineBelow(root: string, folder: string): Wine | undefined {
  const prefixes = PREFIXES.map((below) => join(folder, below));
  return (
    prefixes.map((prefix) => wineInstalledIn(root, prefix)).find((wine) => wine) ??
    LOADERS.map((name) => wineOfLoader(root, join(folder, name))).find((wine) => wine)
  );
}

/** The wine that was installed with this prefix. */
export function wineInstalledIn(root: string, prefix: string): Wine | undefined {
  return (
    wineInLibraries(root, prefix) ??
    FOLDERS.map((below) => wineIn(root, join(prefix, below))).find((wine) => wine)
  );
}

/** The wine of one of its loaders, or of what stands in `bin` for them. */
function wineOfLoader(root: string, file: string): Wine | undefined {
  if (!isFile(join(root, file))) return undefined;
  const folder = dirname(file);
  if (UNIX_FOLDER.test(basename(folder))) {
    return wineInArchFolders(root, dirname(folder), join(basename(folder), basename(file)));
  }
  return wineInLibraries(root, dirname(folder)) ?? wineIn(root, folder, basename(file));
}

function wineInLibraries(root: string, prefix: string): Wine | undefined {
  return LIBRARIES.map((library) => wineInArchFolders(root, join(prefix, library, "wine"))).find(
    (wine) => wine,
  );
}

/** The wine whose loaders are in a folder for each architecture. */
function wineInArchFolders(root: string, folder: string, preferred?: string): Wine | undefined {
  // As with the programs in `bin`, the 64-bit loader comes first.
  const names = [...namesIn(join(root, folder))]
    .reverse()
    .filter((name) => UNIX_FOLDER.test(name))
    .flatMap((name) => namesIn(join(root, folder, name)).map((file) => join(name, file)));
  return wineWith(root, folder, names, preferred);
}

/** A script that starts wine names its loader by an absolute path. */
function wineOfScript(text: string): Wine | undefined {
  return [...text.matchAll(/(\/[\w./+-]+)\/wine(?:64)?\b/g)]
    .map((match) => wineIn("/", match[1] ?? "/"))
    .find((wine) => wine);
}

/** The wine whose loaders are in a folder. */
export function wineIn(root: string, folder: string, preferred?: string): Wine | undefined {
  return wineWith(root, folder, namesIn(join(root, folder)), preferred);
}

function wineWith(
  root: string,
  folder: string,
  names: readonly string[],
  preferred: string | undefined,
): Wine | undefined {
  const loaders: Loader[] = [];
  const preloaders: string[] = [];
  for (const name of names) {
    if (!/^wine(64)?(-preloader)?$/.test(basename(name))) continue;
    if (!isFile(join(root, folder, name))) continue;
    const program = classifyProgram(readFileSync(join(root, folder, name)));
    if (program.kind === "dynamic" && !name.endsWith("-preloader")) {
      loaders.push({ name, arch: program.arch });
    }
    if (program.kind === "static" && name.endsWith("-preloader")) preloaders.push(name);
  }
  const first = loaders.find(({ name }) => name === preferred) ?? loaders[0];
  const depth = TRIPLET.test(dirname(folder)) ? DEPTH + 1 : DEPTH;
  return first && { root, folder, depth, loaders, preloaders, first };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
