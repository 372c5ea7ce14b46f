/**
 * The two ways in which a program gets its linker: `direct` runs "LINKER [options] PROGRAM", `interp`
 * runs a copy of the program whose PT_INTERP names the linker.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Replacement } from "./compare.ts";
import { type Arch, withInterpreter } from "./elf.ts";
import { linkerPath, type Role, workFolder } from "./linkers.ts";

export type Way = "direct" | "interp";
export const ways: readonly Way[] = ["direct", "interp"];

/** A program to start, whatever its linker. */
export interface Program {
  readonly path: string;
  readonly arch: Arch;
  /** Folders for `--library-path` or LD_LIBRARY_PATH: an architecture that is not the machine's own. */
  readonly libraryPath?: readonly string[];
  /** Files and folders that the program looks for beside itself: name relative to it -> target. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The copy lies in the program's own folder (for programs that use $ORIGIN). */
  readonly copyInPlace?: boolean;
  /** Copy with the set-user-id bit, owned by root. */
  readonly setuid?: boolean;
}

/** The start of a command line, and what it adds to the environment. */
export interface Start {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What this start's texts contain that the other linker's do not. */
  readonly replacements: readonly Replacement[];
}

/** How to start `program` under the linker of `role`. `options` are linker options (direct only). */
export function start(
  role: Role,
  way: Way,
  program: Program,
  options: readonly string[] = [],
): Start {
  const linker = linkerPath(role, program.arch);
  const libraryPath = program.libraryPath?.join(":");
  if (way === "direct") {
    const path = libraryPath === undefined ? [] : ["--library-path", libraryPath];
    return {
      file: linker,
      arguments: [...path, ...options, program.path],
      environment: {},
      replacements: [{ find: linker, put: "<linker>" }],
    };
  }
  const copy = interpreterCopy(role, program, linker);
  return {
    file: copy,
    arguments: [],
    environment: libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath },
    replacements: [
      { find: linker, put: "<linker>" },
      { find: copy, put: "<program>" },
      { find: dirname(copy), put: "<folder>" },
    ],
  };
}

/** The copy of a program that names `linker`, made once and kept. */
function interpreterCopy(role: Role, program: Program, linker: string): string {
  const status = statSync(program.path);
  const key = createHash("sha256")
    .update(`${program.path} ${status.mtimeMs} ${status.size} ${linker} ${program.setuid ?? false}`)
    .digest("hex")
    .slice(0, 12);
  const name = basename(program.path);
  const copy = program.copyInPlace
    ? join(dirname(program.path), `${name}.${role === "reference" ? "r" : "s"}${key.slice(0, 4)}`)
    : join(workFolder, "copies", `${key}${role === "reference" ? "r" : "s"}`, "bin", name);
  if (existsSync(copy)) return copy;
  mkdirSync(dirname(copy), { recursive: true });
  for (const [at, target] of Object.entries(program.beside ?? {}))
    linkBeside(join(dirname(copy), at), target);
  const unfinished = `${copy}.${process.pid}`;
  writeFileSync(unfinished, withInterpreter(readFileSync(program.path), linker));
  chmodSync(unfinished, program.setuid ? 0o4755 : 0o755);
  renameSync(unfinished, copy);
  return copy;
}

function linkBeside(at: string, target: string): void {
  mkdirSync(dirname(at), { recursive: true });
  if (!existsSync(at)) symlinkSync(target, at);
}
