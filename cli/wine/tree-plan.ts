/**
 * What has to be mounted so that a program inside an unpacked tree sees the folders of this machine that it needs,
 * also those that lie below a folder which the tree has itself. Reads folders, changes nothing.
 *
 * The tree is put together anew, out of binds: a folder that both have parts of becomes an empty one in which each
 * entry of the tree is bound, and beside them what is wanted of the machine. So nothing is written into the tree.
 */

import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../command-error.ts";

/** A folder or file of this machine that a program needs. */
export interface Place {
  /** What it is in a sentence: "the working folder". */
  readonly name: string;
  readonly path: string;
  /** What to do where it cannot be shown; without one the program goes on without it. */
  readonly remedy?: string;
}

/** One thing to make in the new root; paths begin with a slash. */
export type Step =
  | { readonly make: "folder"; readonly at: string }
  | { readonly make: "link"; readonly at: string; readonly target: string }
  | { readonly make: "bind"; readonly at: string; readonly from: string; readonly file: boolean };

/** Folders that come from the tree. */
const OWN: ReadonlySet<string> = new Set([
  ...["bin", "boot", "etc", "lib", "lib32", "lib64", "libx32"],
  ...["lost+found", "sbin", "usr", "var"],
]);
/** As many links as the kernel follows. */
const MOST_LINKS = 40;

/**
 * The steps that make the new root.
 * @param machine the root of this machine
 * @throws CommandError where a place with a remedy cannot be shown
 */
export function planTree(machine: string, tree: string, places: readonly Place[]): readonly Step[] {
  const shared = namesIn(machine).filter((name) => !OWN.has(name) && isFolder(join(machine, name)));
  const behindLinks = shared.map((name) => ({ name, path: join("/", name) }));
  const wanted = outermost(
    [...behindLinks, ...places].flatMap((place) => wantedOf(machine, tree, place)),
  );
  const own = [...OWN].filter((name) => isThere(join(tree, name)) || reaches(wanted, `/${name}`));
  return [
    ...shared.flatMap((name) => bound(join("/", name), join(machine, name))),
    ...own.flatMap((name) => shown(machine, tree, join("/", name), wanted)),
  ];
}

/** Whether a path leads, by way of links or not, below a folder that comes from the tree. */
export function isBelowTrees(machine: string, path: string): boolean {
  return stationsOf(machine, path).some((station) => OWN.has(topOf(station)));
}

/** What of the tree and of the machine is to be seen at a path below one of the tree's folders. */
function shown(
  machine: string,
  tree: string,
  path: string,
  wanted: readonly string[],
): readonly Step[] {
  if (wanted.includes(path)) return bound(path, join(machine, path));
  if (!reaches(wanted, path)) return asInTree(tree, path);
  const ofMachine = wanted
    .filter((place) => place.startsWith(`${path}/`))
    .map((place) => place.slice(path.length + 1).split("/")[0] ?? "");
  const names = [...new Set([...namesIn(join(tree, path)), ...ofMachine])].sort();
  return [
    { make: "folder", at: path },
    ...names.flatMap((name) => shown(machine, tree, join(path, name), wanted)),
  ];
}

function asInTree(tree: string, path: string): readonly Step[] {
  const file = join(tree, path);
  return lstatSync(file).isSymbolicLink()
    ? [{ make: "link", at: path, target: readlinkSync(file) }]
    : bound(path, file);
}

function bound(at: string, from: string): readonly Step[] {
  return [{ make: "bind", at, from, file: !isFolder(from) }];
}

/** Whether something wanted lies below a path. */
function reaches(wanted: readonly string[], path: string): boolean {
  return wanted.some((place) => place === path || place.startsWith(`${path}/`));
}

function outermost(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

/** What of a place lies below a folder of the tree: it may be reached through links, so there may be several. */
function wantedOf(machine: string, tree: string, place: Place): readonly string[] {
  if (!isThere(join(machine, place.path))) {
    if (place.remedy === undefined) return [];
    throw new CommandError(`${place.name} ${place.path} is not there: ${place.remedy}`);
  }
  return stationsOf(machine, place.path).flatMap((station) => {
    if (!OWN.has(topOf(station))) return [];
    const seen = seenAs(machine, tree, station);
    if (seen !== undefined) return seen;
    if (place.remedy === undefined) return [];
    throw new CommandError(
      `${place.name} ${place.path} cannot be used with the wine in ${tree}, which has a ${station} of its own: ${place.remedy}`,
    );
  });
}

/** The paths to show for one: none where that is seen anyway, undefined where the tree has something there. */
function seenAs(machine: string, tree: string, path: string): readonly string[] | undefined {
  const folder = isFolder(join(machine, path)) ? path : dirname(path);
  const inTree = [folder, path].map((candidate) => ({
    candidate,
    at: stationsOf(tree, candidate).at(-1) ?? candidate,
  }));
  for (const { candidate, at } of inTree) {
    if (!OWN.has(topOf(at)))
      return isSame(join(machine, at), join(machine, candidate)) ? [] : undefined;
    // Its own name there is taken by a link of the tree's: as it is the tree's, so is what it names.
    if (!hasFiles(join(tree, at)))
      return isSame(join(machine, at), join(machine, candidate)) ? [at] : undefined;
  }
  return undefined;
}

/** A path, and what it becomes link by link until there is none in it any more. */
function stationsOf(root: string, path: string): readonly string[] {
  const stations = [path];
  for (let next = linkFollowed(root, path); next !== undefined && stations.length <= MOST_LINKS; ) {
    stations.push(next);
    next = linkFollowed(root, next);
  }
  return stations;
}

/** The path with its first link replaced by what that names. */
function linkFollowed(root: string, path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  for (const [index, part] of parts.entries()) {
    const folder = join("/", ...parts.slice(0, index));
    const link = linkText(join(root, folder, part));
    if (link !== undefined) return resolve(folder, link, ...parts.slice(index + 1));
  }
  return undefined;
}

function linkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // no link
  }
}

function topOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** Whether there is anything but folders; what cannot be read counts as such. */
function hasFiles(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (!status.isDirectory()) return true;
  try {
    return readdirSync(path).some((name) => hasFiles(join(path, name)));
  } catch {
    return true;
  }
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // in a folder that cannot be entered
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link to nowhere, or one that cannot be followed
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
