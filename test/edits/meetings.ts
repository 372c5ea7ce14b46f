/** The ways in which a linker meets an edited file, and what it may make of it. */
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Build, buildAll } from "../harness/build.ts";
import { difference, ending, normalise } from "../harness/compare.ts";
import { type Arch, programInterpreter } from "../harness/elf.ts";
import { type Role, workFolder } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start, type Way } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { edited, headersAt, sizeOf } from "./elf-fields.ts";
import type { NamedEdit } from "./named-edit.ts";

const sourceFolder = join(import.meta.dirname, "../fuzz");

/** The files that are edited: the library and the program that the fuzzer damages, too. */
export const subjects: Build = {
  name: `edits ${process.pid}`, // written into: of this process alone
  sourceFolder,
  targets: [
    {
      output: "libtarget.so",
      sources: ["target-library.c"],
      flags: [
        "-Wl,--version-script=$src/target.map",
        "-Wl,--hash-style=both",
        "-mtls-dialect=gnu",
        "-DUSE_THREADS=1",
      ],
    },
    {
      output: "main",
      sources: ["target-program.c"],
      flags: ["-pie", "-fPIE", "-Wl,--hash-style=both"],
      needs: ["libtarget.so"],
    },
    { output: "opens", sources: ["target-opens.c"] },
  ],
};

/** Which of the two is edited. */
export type Kind = "library" | "program";

export interface Meeting {
  readonly name: string;
  readonly program: string;
  readonly way: Way;
  readonly options?: readonly string[];
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const meetings: Readonly<Record<Kind, readonly Meeting[]>> = {
  library: [
    { name: "needed, direct", program: "main", way: "direct" },
    {
      name: "needed, bound at once",
      program: "main",
      way: "interp",
      environment: { LD_BIND_NOW: "1" },
    },
    { name: "opened", program: "opens", way: "direct", arguments: ["libtarget.so"] },
    {
      name: "preloaded",
      program: "opens",
      way: "direct",
      environment: { LD_PRELOAD: "libtarget.so" },
    },
    { name: "listed by need", program: "main", way: "direct", options: ["--list"] },
    { name: "listed", program: "libtarget.so", way: "direct", options: ["--list"] },
    { name: "verified", program: "libtarget.so", way: "direct", options: ["--verify"] },
    {
      name: "traced with versions",
      program: "main",
      way: "interp",
      environment: { LD_TRACE_LOADED_OBJECTS: "1", LD_WARN: "1", LD_VERBOSE: "1" },
    },
  ],
  program: [
    { name: "direct", program: "main", way: "direct" },
    { name: "interp", program: "main", way: "interp" },
    { name: "listed", program: "main", way: "direct", options: ["--list"] },
    { name: "verified", program: "main", way: "direct", options: ["--verify"] },
    { name: "opened", program: "opens", way: "direct", arguments: ["./main"] },
  ],
};

async function meet(
  role: Role,
  arch: Arch,
  folder: string,
  { program, way, ...more }: Meeting,
): Promise<Outcome> {
  const libraryPath = [folder, ...(systemTree(arch)?.libraryPath ?? [])];
  const subject = { path: join(folder, program), arch, copyInPlace: true, libraryPath };
  const begin = start(role, way, subject, more.options ?? []);
  const outcome = await run({
    file: begin.file,
    arguments: [...begin.arguments, ...(more.arguments ?? [])],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...begin.environment, ...more.environment },
    folder,
    timeout: 10_000,
  });
  return normalise(outcome, [
    ...begin.replacements,
    { find: /\(0x[0-9a-f]{8,16}\)/g, put: "(<address>)" },
    { find: /^\t \(<address>\)\n/gm, put: "" },
  ]);
}

/** Whether a linker gave up on its own account: a signal, or one of ld.so's assertions. */
function gaveUp(outcome: Outcome): boolean {
  return outcome.signal !== null || /Inconsistency detected by ld\.so/.test(outcome.stderr);
}

const refusal = /: \S[^\n]*\n$/;

/**
 * What is wrong, or undefined. With what glibc's linker crashes ours ends in an error or runs; with all
 * else it does the same. `--verify` says nothing.
 */
function fault(
  reference: Outcome,
  subject: Outcome,
  meeting: Meeting,
  edit: NamedEdit,
): string | undefined {
  if (!gaveUp(reference) && edit.chance !== true) return difference(reference, subject);
  const both = subject.signal !== null && reference.signal !== null;
  if (subject.status === 0 || (both && edit.crashes === true)) return undefined;
  const silent = meeting.options?.includes("--verify") === true;
  const said = silent || refusal.test(subject.stdout + subject.stderr);
  if (subject.signal === null && said) return undefined;
  return `glibc's linker: ${ending(reference)}; ours: ${ending(subject)}\n${subject.stderr}`;
}

/** A folder with the good files, one of them edited. */
function place(out: string, kind: Kind, edit: NamedEdit, arch: Arch): string {
  const name = edit.name.replaceAll(/[^A-Za-z0-9]+/g, "-");
  const folder = join(workFolder, `edits-${process.pid}`, `${arch}-${kind}-${name}`);
  const file = kind === "library" ? "libtarget.so" : "main";
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const other of ["libtarget.so", "main", "opens"])
    if (other !== file) linkSync(join(out, other), join(folder, other));
  writeFileSync(join(folder, file), edited(readFileSync(join(out, file)), edit.edits));
  chmodSync(join(folder, file), 0o755);
  return folder;
}

/** Whether a start by the kernel is one by a linker: the file still names one, with room for another. */
function canStart(folder: string, { way, program }: Meeting): boolean {
  if (way === "direct") return true;
  const bytes = readFileSync(join(folder, program));
  const end = (headersAt(bytes).at(-1) ?? 0) + sizeOf(bytes, "phdr");
  return end <= bytes.length && (programInterpreter(bytes) ?? "").length > 80;
}

/** Gives an edited file to both linkers in these ways. Returns what is wrong with each. */
export async function tryEdit(
  kind: Kind,
  edit: NamedEdit,
  arch: Arch,
  ways: readonly Meeting[],
): Promise<readonly string[]> {
  const folder = place(buildAll(subjects, arch), kind, edit, arch);
  const wrong: string[] = [];
  for (const meeting of ways.filter((one) => canStart(folder, one))) {
    const [reference, subject] = await Promise.all([
      meet("reference", arch, folder, meeting),
      meet("subject", arch, folder, meeting),
    ]);
    const found = fault(reference, subject, meeting, edit);
    if (found !== undefined) wrong.push(`${meeting.name}: ${found}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return wrong;
}

/** Removes what was built. */
export function removeBuilt(arch: Arch): void {
  rmSync(buildAll(subjects, arch), { recursive: true, force: true });
  rmSync(join(workFolder, `edits-${process.pid}`), { recursive: true, force: true });
}
