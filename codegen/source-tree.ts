/** Folders of text files as values: read from disk, written to disk. Knows nothing of what is in them. */

import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Text by path; paths are relative, with slashes. */
export type SourceTree = ReadonlyMap<string, string>;

/**
 * The paths of all files below `folder`, relative to it, sorted; empty when there is no such folder. Settings of
 * tools, whose names begin with a dot, are not among them.
 */
export function listFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of entriesOf(join(folder, relative))) {
      if (entry.name.startsWith(".")) continue;
      const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  visit("");
  return found.sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Reads every file below `folder` whose name ends in one of `extensions` (all files without). */
export function readTree(folder: string, extensions?: readonly string[]): SourceTree {
  const wanted = listFiles(folder).filter(
    (path) => !extensions || extensions.some((extension) => path.endsWith(extension)),
  );
  return new Map(wanted.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** Puts `prefix` before every path. */
export function prefixTree(tree: SourceTree, prefix: string): SourceTree {
  return new Map([...tree].map(([path, text]) => [`${prefix}/${path}`, text]));
}

/** Joins trees; the same path twice is a mistake of the caller. */
export function joinTrees(...trees: readonly SourceTree[]): SourceTree {
  const joined = new Map<string, string>();
  for (const [path, text] of trees.flatMap((tree) => [...tree])) {
    if (joined.has(path)) throw new Error(`two files for ${path}`);
    joined.set(path, text);
  }
  return joined;
}

/** How a tree differs from what a folder holds. */
export interface TreeDifference {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly superfluous: readonly string[];
}

/** Compares two trees. */
export function compareTrees(wanted: SourceTree, present: SourceTree): TreeDifference {
  return {
    missing: [...wanted.keys()].filter((path) => !present.has(path)),
    changed: [...wanted].flatMap(([path, text]) =>
      present.has(path) && present.get(path) !== text ? [path] : [],
    ),
    superfluous: [...present.keys()].filter((path) => !wanted.has(path)),
  };
}

/**
 * Makes `folder` hold exactly `tree`. Only what differs is written, so that file times mean something;
 * files that do not belong are removed. Returns the paths that were touched.
 */
export function writeTree(folder: string, tree: SourceTree): readonly string[] {
  const { missing, changed, superfluous } = compareTrees(tree, readTree(folder));
  for (const path of superfluous) {
    rmSync(join(folder, path));
    removeEmptyFolders(folder, dirname(path));
  }
  const wanted = new Set([...missing, ...changed]);
  writeFiles(folder, new Map([...tree].filter(([path]) => wanted.has(path))));
  return [...missing, ...changed, ...superfluous];
}

/** Writes files into a folder and leaves all others there as they are. */
export function writeFiles(folder: string, tree: SourceTree): void {
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function removeEmptyFolders(root: string, relative: string): void {
  if (relative === ".") return;
  if (readdirSync(join(root, relative)).length > 0) return;
  rmdirSync(join(root, relative));
  removeEmptyFolders(root, dirname(relative));
}
