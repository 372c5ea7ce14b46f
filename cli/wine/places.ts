/** The folders and files of this machine that a wine needs when it runs inside an unpacked tree. */

import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { CommandError } from "../command-error.ts";
import { isFolder, makeFolders } from "../folders.ts";
import { linkersFolder } from "../project-root.ts";
import { cacheHome, homeFolder } from "../user-folders.ts";
import { isBelowTrees, type Place } from "./tree-plan.ts";

/** Files and folders that variables name; programs do without them, or say so themselves. */
const NAMED_BY = ["TMPDIR", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "WINE_LD_POLICY"];

/** What wine says itself: no program is started, so that nothing of the prefix is needed. */
const isOption = (args: readonly string[]) => args[0] === undefined || args[0].startsWith("-");

/**
 * What is needed to run wine with these arguments.
 * @param where working folder
 * @param cache folder of the loaders' copies, if one is used; it is made if it is not there
 * @throws CommandError where a folder cannot be made
 */
export function placesOfWine(
  args: readonly string[],
  where: string,
  environment: NodeJS.ProcessEnv,
  cache: string | undefined,
): readonly Place[] {
  const trace = environment["WINE_LD_TRACE"];
  const named = [...NAMED_BY.map((name) => environment[name]), trace && dirname(trace)];
  return [
    { name: "the linkers' folder", path: linkersFolder, remedy: "move the checkout" },
    ...(cache === undefined ? [] : [cachePlace(cache)]),
    ...(isOption(args) ? [] : prefixPlaces(environment)),
    ...[...named.filter((path) => path?.includes("/")), ...args.map(asPath)].map((path) => ({
      name: "",
      path: resolve(where, path ?? ""),
    })),
  ];
}

/** The folder of the prefix and that of the user. */
function prefixPlaces(environment: NodeJS.ProcessEnv): readonly Place[] {
  const home = homeFolder(environment);
  const homePlace: Place = { name: "HOME", path: resolve(home) };
  const named = environment["WINEPREFIX"];
  if (named === undefined || named === "") {
    const remedy = "set WINEPREFIX to a folder that Windows programs are to be in";
    if (!isAbsolute(home) || !isFolder(home))
      throw new CommandError(`HOME is "${home}", which is no folder: ${remedy}`);
    return [
      ...prefixPlace({ name: "the prefix", path: join(resolve(home), ".wine"), remedy }),
      homePlace,
    ];
  }
  // wine refuses one that is not absolute, in its own words.
  if (!isAbsolute(named)) return [homePlace];
  const remedy = "set WINEPREFIX to another folder";
  return [...prefixPlace({ name: "WINEPREFIX", path: resolve(named), remedy }), homePlace];
}

/**
 * A prefix that is not there wine makes itself, but not in somebody else's folder. Only where the folder that it is to
 * be in is the tree's it has to be made here, so that there is something to show.
 */
function prefixPlace(prefix: Place & { readonly remedy: string }): readonly Place[] {
  const parent = dirname(prefix.path);
  if (existsSync(prefix.path)) return [prefix];
  if (!isFolder(parent))
    throw new CommandError(
      `${prefix.name} cannot be ${prefix.path}, as there is no folder ${parent}: ${prefix.remedy}`,
    );
  const isTrees = parent === "/" || isBelowTrees("/", parent);
  if (!isTrees || statSync(parent).uid !== process.getuid?.()) return [{ name: "", path: parent }];
  made(prefix.path, prefix.remedy);
  return [prefix];
}

/** A word of the command line as a path of this machine, which "Z:\" is to wine. */
function asPath(word: string): string {
  return /^z:[\\/]/i.test(word) ? word.slice(2).replaceAll("\\", "/") : word;
}

/** The folder of the loaders' copies. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  return join(cacheHome(environment), "loaders");
}

const CACHE_REMEDY = "set XDG_CACHE_HOME to a folder that can be written to";

function cachePlace(cache: string): Place {
  made(cache, CACHE_REMEDY);
  return { name: "the cache", path: cache, remedy: CACHE_REMEDY };
}

/** What a failed attempt to write to the cache means; other errors stay what they are. */
export function cacheError(cache: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST"].includes(code)
    ? new CommandError(`${cache} cannot be written to (${code}): ${CACHE_REMEDY}`)
    : error;
}

/** Sees to it that a folder is there. */
function made(folder: string, remedy: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}): ${remedy}`,
    );
  }
}
