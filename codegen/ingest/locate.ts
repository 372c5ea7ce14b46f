/**
 * Finds the files of a glibc below a folder: the running system's root or an unpacked tree. Knows
 * where distributions put them; reads of the files only what tells them apart.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../abi/model.ts";
import { buildId, type Elf, EM_386, EM_X86_64, parseElf } from "../elf.ts";
import { GLIBC_LIBRARIES } from "./surface.ts";

/** Thrown with a sentence that says what is missing and how to get it. */
export class LocateError extends Error {
  override readonly name = "LocateError";
}

/** The stripped files of one glibc. */
export interface GlibcFiles {
  readonly arch: Arch;
  readonly ldso: string;
  readonly libc: string;
  /** The libraries of glibc that are present, libc.so.6 included, by soname. */
  readonly libraries: ReadonlyMap<string, string>;
}

interface ArchPlaces {
  readonly ldso: string;
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly triplet: string;
  readonly folders: readonly string[];
}

/** Names and places that depend on the architecture. */
export const ARCH_PLACES: Readonly<Record<Arch, ArchPlaces>> = {
  x86_64: {
    ldso: "ld-linux-x86-64.so.2",
    machine: EM_X86_64,
    bits: 64,
    triplet: "x86_64-linux-gnu",
    folders: [
      "lib/x86_64-linux-gnu",
      "usr/lib/x86_64-linux-gnu",
      "lib64",
      "usr/lib64",
      "lib",
      "usr/lib",
    ],
  },
  i386: {
    ldso: "ld-linux.so.2",
    machine: EM_386,
    bits: 32,
    triplet: "i386-linux-gnu",
    folders: [
      "lib/i386-linux-gnu",
      "usr/lib/i386-linux-gnu",
      "lib32",
      "usr/lib32",
      "lib",
      "usr/lib",
    ],
  },
};

/** Reads and decodes an ELF file. */
export function readElf(path: string): Elf {
  return parseElf(readFileSync(path));
}

function isFor(path: string, arch: Arch): boolean {
  const elf = readElf(path);
  return elf.machine === ARCH_PLACES[arch].machine && elf.bits === ARCH_PLACES[arch].bits;
}

/**
 * The files of the glibc of one architecture below `root`.
 * @throws LocateError when there is no ld.so or no libc.so.6 for it
 */
export function locateGlibc(root: string, arch: Arch): GlibcFiles {
  const places = ARCH_PLACES[arch];
  const find = (name: string) =>
    places.folders
      .map((folder) => join(root, folder, name))
      .find((path) => existsSync(path) && isFor(path, arch));
  const ldso = find(places.ldso);
  const libc = find("libc.so.6");
  if (!ldso || !libc) {
    throw new LocateError(
      `no ${arch} glibc below ${root}: ${!ldso ? places.ldso : "libc.so.6"} is missing (package libc6)`,
    );
  }
  const libraries = GLIBC_LIBRARIES.flatMap((name): [string, string][] => {
    const path = find(name);
    return path ? [[name, path]] : [];
  });
  return { arch, ldso, libc, libraries: new Map(libraries) };
}

/** Where a debug file with this build-id is looked for, relative to a root. */
function debugPlaces(id: string): readonly string[] {
  const name = `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
  return [join("usr/lib/debug", name), name, `${id}.debug`];
}

/**
 * The debug file of a stripped file: by its build-id below each of `roots`. A root may be a system
 * root, an unpacked package, a folder that holds `.build-id`, or the .debug file itself.
 * @throws LocateError naming the package to install when there is none
 */
export function locateDebug(stripped: string, roots: readonly string[]): string {
  const id = buildId(readElf(stripped));
  if (id === undefined) throw new LocateError(`${stripped} has no build-id`);
  for (const root of roots) {
    if (root.endsWith(".debug") && existsSync(root) && buildId(readElf(root)) === id) return root;
    const found = debugPlaces(id)
      .map((place) => join(root, place))
      .find((path) => existsSync(path));
    if (found) return found;
  }
  throw new LocateError(
    `no debug info for ${stripped} (build-id ${id}): install the package libc6-dbg of this very version`,
  );
}
