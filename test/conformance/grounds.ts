/** The linkers of a comparison, found: the reference of an architecture, and the candidate. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Arch, elfArch } from "../harness/elf.ts";
import { glibcVersion, referencePath, root, shortLink, subjectPath } from "../harness/linkers.ts";
import { systemTree } from "../harness/trees.ts";
import type { Ground } from "./execute.ts";
import { type Listed, parseCases } from "./language.ts";

/** A ground with the version of its reference, or why there is none. */
export type Found =
  | { readonly ground: Ground; readonly glibc: string }
  | { readonly missing: string };

/** The ground of an architecture. `candidate` is a linker's path; absent, the one that `wine-ld build` makes. */
export function groundOf(arch: Arch, candidate?: string): Found {
  const reference = referencePath(arch);
  if (reference === undefined) return { missing: `no glibc for ${arch} here` };
  const subject = candidate === undefined ? subjectPath(arch) : { path: resolve(candidate) };
  if ("missing" in subject) return subject;
  if (!existsSync(subject.path)) return { missing: `${subject.path} is not there` };
  if (elfArch(readFileSync(subject.path)) !== arch)
    return { missing: `${subject.path} is not for ${arch}` };
  const letter = arch === "i386" ? "3" : "6";
  const variant = createHash("sha256").update(subject.path).digest("hex").slice(0, 3);
  return {
    ground: {
      arch,
      reference: { role: "reference", path: shortLink(`c${letter}ref`, reference) },
      candidate: { role: "candidate", path: shortLink(`c${letter}${variant}`, subject.path) },
      hasKnown: candidate === undefined,
      libraryPath: systemTree(arch)?.libraryPath ?? [],
    },
    glibc: glibcVersion(realpathSync(reference)) ?? "2.31",
  };
}

/** The hand-written cases, of all files in their order. */
export function writtenCases(): readonly Listed[] {
  const folder = join(root, "test/conformance/cases");
  return readdirSync(folder)
    .sort()
    .flatMap((name) => parseCases(readFileSync(join(folder, name), "utf8")));
}
