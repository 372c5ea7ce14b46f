/**
 * Unpacked trees of Debian packages: of an architecture that is not the machine's own, or, when
 * `WINE_LD_TREE_X86_64` or `WINE_LD_TREE_I386` names one, of another release.
 *
 * `test/prepare.ts` fetches the i386 tree and leaves a link to it; here trees are only found.
 */
import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Arch } from "./elf.ts";

export interface Tree {
  readonly root: string;
  /** Where programs to run are: the root, or the prepared tree when this one has glibc's own files alone. */
  readonly programs: string;
  /** Folders for `--library-path`. */
  readonly libraryPath: readonly string[];
  /** glibc's own linker. */
  readonly linker: string;
  /** Compiles against the tree's headers and libraries, which are of another release than the machine's. */
  readonly sysroot: boolean;
}

/** The link that `test/prepare.ts` leaves. */
export const i386TreeLink = resolve(import.meta.dirname, "../../.cache/test/i386-tree");

const names = {
  x86_64: { triplet: "x86_64-linux-gnu", linker: "ld-linux-x86-64.so.2" },
  i386: { triplet: "i386-linux-gnu", linker: "ld-linux.so.2" },
} as const;

/** The unpacked tree of an architecture, or undefined when the machine's own files are meant or none was prepared. */
export function systemTree(arch: Arch): Tree | undefined {
  const named = process.env[`WINE_LD_TREE_${arch.toUpperCase()}`];
  const place = named ?? (arch === "i386" ? i386TreeLink : undefined);
  if (place === undefined || !existsSync(place)) return undefined;
  const root = realpathSync(place);
  const folders = foldersOf(root, arch);
  const linker = folders
    .map((folder) => join(folder, names[arch].linker))
    .find((path) => existsSync(path));
  if (linker === undefined) return undefined;
  // A tree of glibc's files alone takes all other libraries and programs from the one that was prepared.
  const isWhole = named === undefined || existsSync(join(root, "usr/include/stdio.h"));
  const programs = isWhole ? root : preparedRoot(arch);
  const others = isWhole ? [] : foldersOf(programs, arch);
  const sysroot = named !== undefined && isWhole;
  return { root, programs, libraryPath: [...folders, ...others], linker, sysroot };
}

function preparedRoot(arch: Arch): string {
  return arch === "i386" && existsSync(i386TreeLink) ? realpathSync(i386TreeLink) : "/";
}

function foldersOf(root: string, arch: Arch): readonly string[] {
  return [`lib/${names[arch].triplet}`, `usr/lib/${names[arch].triplet}`]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));
}
