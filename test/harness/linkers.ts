/**
 * The two linkers of a comparison: glibc's ld.so (the reference) and the one under test.
 *
 * `WINE_LD_SUBJECT` chooses the one under test:
 *   - unset or `wine-ld`: `dist/glibc-<version>-<arch>/`, what `wine-ld build` makes;
 *   - `glibc`: the reference itself, to try the suite;
 *   - a folder: `<folder>/<arch>` is the linker.
 *
 * Linkers are reached through links with short names, because a program's PT_INTERP has room for no
 * more than the name of glibc's linker (18 bytes on i386).
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Arch } from "./elf.ts";
import { systemTree } from "./trees.ts";

export type Role = "reference" | "subject";
/** The architectures to test; `WINE_LD_TEST_ARCH` names one alone. */
export const arches: readonly Arch[] = (["x86_64", "i386"] as const).filter(
  (arch) => (process.env["WINE_LD_TEST_ARCH"] ?? arch) === arch,
);

/** The checkout. */
export const root = resolve(import.meta.dirname, "../..");
/** Everything the suite builds and writes; `WINE_LD_TEST_FOLDER` keeps two runs at once apart. */
export const workFolder = resolve(process.env["WINE_LD_TEST_FOLDER"] ?? join(root, ".cache/test"));

const linkerNames: Readonly<Record<Arch, string>> = {
  x86_64: "ld-linux-x86-64.so.2",
  i386: "ld-linux.so.2",
};
const linkLetters: Readonly<Record<Arch, string>> = { x86_64: "6", i386: "3" };

/** glibc's version, "2.36", as the libc beside a linker tells it; undefined when there is none. */
export function glibcVersion(linker: string): string | undefined {
  const libc = join(dirname(realpathSync(linker)), "libc.so.6");
  if (!existsSync(libc)) return undefined;
  const text = readFileSync(libc, "latin1");
  return /GNU C Library [^\0]*? release version (\d+\.\d+)/.exec(text)?.[1];
}

/** glibc's own linker for an architecture, or undefined when there is none on this machine. */
export function referencePath(arch: Arch): string | undefined {
  const tree = systemTree(arch);
  if (tree !== undefined) return tree.linker;
  const own = "/lib64/ld-linux-x86-64.so.2";
  return arch === "x86_64" && existsSync(own) ? own : undefined;
}

/** The linker under test for an architecture, or a reason why there is none. */
export function subjectPath(arch: Arch): { readonly path: string } | { readonly missing: string } {
  const reference = referencePath(arch);
  if (reference === undefined) return { missing: `no glibc for ${arch} here` };
  const choice = process.env["WINE_LD_SUBJECT"] ?? "wine-ld";
  if (choice === "glibc") return { path: reference };
  const version = glibcVersion(reference);
  const path =
    choice === "wine-ld"
      ? join(root, "dist", `glibc-${version}-${arch}`, linkerNames[arch])
      : join(resolve(choice), arch);
  return existsSync(path) ? { path } : { missing: `${path} is not there: run \`wine-ld build\`` };
}

/** The first `length` letters of a text's hash. */
function shortHash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** Folder of the short links; one for each checkout. */
const linkFolder = `/tmp/wl-${shortHash(root, 4)}`;

/**
 * The short name of a linker, made on first use. Both roles' names have the same length, so that texts
 * that count columns stay comparable.
 */
export function linkerPath(role: Role, arch: Arch): string {
  const target = role === "reference" ? referencePath(arch) : pathOf(subjectPath(arch));
  if (target === undefined) throw new Error(`no ${role} linker for ${arch}`);
  // The last letters keep runs with different linkers under test apart.
  const variant = shortHash(pathOf(subjectPath(arch)) ?? "", 3);
  return shortLink(`${linkLetters[arch]}${role === "reference" ? "r" : "s"}${variant}`, target);
}

/** A link `name` (at most five letters) to `target` in the folder of short links. */
export function shortLink(name: string, target: string): string {
  const link = join(linkFolder, name);
  mkdirSync(linkFolder, { recursive: true });
  const present = lstatSync(link, { throwIfNoEntry: false }) !== undefined;
  if (present && readlinkSync(link) === target) return link;
  rmSync(link, { force: true });
  symlinkSync(target, link);
  return link;
}

function pathOf(subject: ReturnType<typeof subjectPath>): string | undefined {
  return "path" in subject ? subject.path : undefined;
}

/** Why nothing can be compared on an architecture, or undefined when all is there. */
export function whyNotComparable(arch: Arch): string | undefined {
  const subject = subjectPath(arch);
  return "missing" in subject ? subject.missing : undefined;
}
