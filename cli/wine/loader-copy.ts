/**
 * The private copy of wine's loaders: the same files with our linker as their interpreter, in a folder that
 * looks to wine like the one it was installed in. Knows which paths wine derives from the place of its loader.
 *
 * wine finds everything from the folder of /proc/self/exe: its libraries and data two folders up, the other
 * loader, the preloaders and the server beside it. So the copy repeats two levels of folders, with links for
 * all but the loaders and preloaders, which are real files: a link would lead wine back. From wine 10.2 on it is
 * the folder of ntdll.so, with the loader in it; there that is a real file too.
 */

import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { withInterpreter } from "./interpreter.ts";
import type { Wine } from "./locate.ts";

/** What a copy was made from; another text means another copy is needed. */
const STAMP = ".made-from";
/** The library that the newer wines know their place by. */
const LIBRARY = "ntdll.so";

/** Path of the linker for each architecture that has loaders. */
export type Linkers = Readonly<Partial<Record<Arch, string>>>;

/** What wine finds in its preloader's place: our linker, wine's own preloader (if there is one), nothing. */
export const PRELOADERS = ["linker", "wine", "none"] as const;

/** One of them. */
export type Preloader = (typeof PRELOADERS)[number];

/**
 * Makes the copy, or finds it current.
 * @param linkers a loader that has none keeps its interpreter
 * @param cache folder of copies
 * @returns the folder of the copied loaders
 */
export function copyLoaders(
  wine: Wine,
  linkers: Linkers,
  preloader: Preloader,
  cache: string,
): string {
  const key = createHash("sha256")
    .update([wine.root, wine.folder, preloader, ...Object.values(linkers)].join("\0"))
    .digest("hex")
    .slice(0, 12);
  const home = join(cache, key);
  const inside = wine.folder
    .split("/")
    .filter((part) => part !== "")
    .slice(-wine.depth);
  const folder = join(home, ...inside);
  const stamp = stampOf(wine, linkers, preloader);
  if (readText(join(home, STAMP)) === stamp) return folder;
  const work = `${home}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  makeCopy(wine, linkers, preloader, work, inside);
  writeFileSync(join(work, STAMP), stamp);
  replace(work, home);
  return folder;
}

function makeCopy(
  wine: Wine,
  linkers: Linkers,
  preloader: Preloader,
  work: string,
  inside: readonly string[],
): void {
  let original = wine.folder;
  for (const _ of inside) original = dirname(original);
  let copy = work;
  for (const part of [...inside, undefined]) {
    mkdirSync(copy, { recursive: true });
    linkAll(join(wine.root, original), original, copy, part);
    if (part !== undefined) {
      original = join(original, part);
      copy = join(copy, part);
    }
  }
  for (const name of foldersOf(wine)) {
    const folder = join(wine.root, wine.folder, name);
    rmSync(join(copy, name));
    mkdirSync(join(copy, name));
    linkAll(folder, join(wine.folder, name), join(copy, name), undefined);
    put(join(copy, name, LIBRARY), readFileSync(join(folder, LIBRARY)));
  }
  for (const { name, arch } of wine.loaders) {
    const linker = linkers[arch];
    const bytes = readFileSync(join(wine.root, wine.folder, name));
    put(join(copy, name), linker === undefined ? bytes : withInterpreter(bytes, linker));
    if (preloader === "linker" && linker !== undefined) {
      put(join(copy, preloaderOf(name)), readFileSync(linker));
    }
  }
  for (const name of wine.preloaders) {
    if (preloader === "none") rmSync(join(copy, name));
    if (preloader === "wine")
      put(join(copy, name), readFileSync(join(wine.root, wine.folder, name)));
  }
}

/** The folders below that of the loaders that they are in, if any. */
function foldersOf(wine: Wine): readonly string[] {
  return [...new Set(wine.loaders.map(({ name }) => dirname(name)))].filter((name) => name !== ".");
}

/** What wine looks for beside a loader: it executes that with the loader's path and the arguments. */
export function preloaderOf(loader: string): string {
  return `${loader}-preloader`;
}

/** Links to all that is in a folder, but for one name. `seenAs`: its path for the one who follows the link. */
function linkAll(folder: string, seenAs: string, copy: string, except: string | undefined): void {
  for (const name of readdirSync(folder)) {
    if (name !== except) symlinkSync(join(seenAs, name), join(copy, name));
  }
}

/** A real file in place of a link. */
function put(path: string, bytes: Buffer): void {
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  chmodSync(path, 0o755);
}

/** Puts a finished copy in place of an older one, which running programs may still use: it is only renamed. */
function replace(work: string, home: string): void {
  const old = `${home}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(home)) renameSync(home, old);
  renameSync(work, home);
}

function stampOf(wine: Wine, linkers: Linkers, preloader: Preloader): string {
  const libraries = foldersOf(wine).map((name) => join(name, LIBRARY));
  const names = [...wine.loaders.map(({ name }) => name), ...wine.preloaders, ...libraries];
  const paths = names.map((name) => join(wine.root, wine.folder, name));
  const files = [...paths, ...(preloader === "linker" ? Object.values(linkers) : [])].map(
    (path) => {
      const { size, mtimeMs, ino } = statSync(path);
      return { path, size, mtimeMs, ino };
    },
  );
  return `${JSON.stringify({ version: 4, root: wine.root, folder: wine.folder, linkers, preloader, files })}\n`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
