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

/** One of wine's loaders. Paths are as seen inside `root`. */
export interface Loader {
  readonly name: string;
  readonly arch: Arch;
}

/** A wine that can be run. */
export interface Wine {
  /** The folder that its paths start from: "/" or that of an unpacked tree. */
  readonly root: string;
  /** The folder of the loaders, as seen inside `root`. */
  readonly folder: string;
  readonly loaders: readonly Loader[];
  /** Names of the static preloaders beside them. */
  readonly preloaders: readonly string[];
  /** The loader to start with. */
  readonly first: Loader;
}

/** Folders, relative to one that a person names, that have the loaders: wine's own layout, Proton's. */
const BELOW = ["", "bin", "files/bin", "dist/bin", "usr/lib/wine", "lib/wine"];
/** Where distributions put the loaders when `wine` on PATH is a script. */
const DISTRIBUTIONS = ["/usr/lib/wine", "/usr/lib/wine-development", "/opt/wine-stable/bin"];

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

function onPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(":")
    .map((folder) => join(folder || ".", name))
    .find((path) => existsSync(path));
}

/** The wine of a file or folder. */
export function wineAt(path: string | undefined): Wine | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) {
    return BELOW.map((below) => wineIn("/", join(realpathSync(path), below))).find((wine) => wine);
  }
  const file = realpathSync(path);
  const program = classifyProgram(readFileSync(file));
  if (program.kind === "dynamic") return wineIn("/", dirname(file), basename(file));
  return program.kind === "script" ? wineOfScript(readFileSync(file, "utf8")) : undefined;
}

/** A script that starts wine names its loader by an absolute path. */
function wineOfScript(text: string): Wine | undefined {
  return [...text.matchAll(/(\/[\w./+-]+)\/wine(?:64)?\b/g)]
    .map((match) => wineIn("/", match[1] ?? "/"))
    .find((wine) => wine);
}

/** The wine whose loaders are in a folder. */
export function wineIn(root: string, folder: string, preferred?: string): Wine | undefined {
  const loaders: Loader[] = [];
  const preloaders: string[] = [];
  for (const name of namesIn(join(root, folder))) {
    if (!/^wine(64)?(-preloader)?$/.test(name)) continue;
    const program = classifyProgram(readFileSync(join(root, folder, name)));
    if (program.kind === "dynamic" && !name.endsWith("-preloader")) {
      loaders.push({ name, arch: program.arch });
    }
    if (program.kind === "static" && name.endsWith("-preloader")) preloaders.push(name);
  }
  const first = loaders.find(({ name }) => name === preferred) ?? loaders[0];
  return first && { root, folder, loaders, preloaders, first };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
