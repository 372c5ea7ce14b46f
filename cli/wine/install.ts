/**
 * `wine-ld install`, `uninstall`, `status`: PT_INTERP of programs changed in place.
 *
 * Everything is written beside and renamed, in an order in which being killed between any two steps leaves
 * programs that start: first the linker, its debug information before it, then the list of what is installed, then
 * the original under its second name, last the program. Uninstalling renames the original back.
 */

import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { dynamicEntries, type Elf, parseElf, soname } from "../../codegen/elf.ts";
import { ARCH_PLACES } from "../../codegen/ingest/locate.ts";
import { classifyProgram } from "../../codegen/program.ts";
import { UnknownGlibcError } from "../../codegen/system-glibc.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { requireFolder } from "../folders.ts";
import { jsonText } from "../json-text.ts";
import { commandName } from "../project-root.ts";
import { InterpreterError, interpreterOf, withInterpreter } from "./interpreter.ts";
import { locateWine, wineInstalledIn } from "./locate.ts";
import { linkersFor } from "./wine.ts";

/** Names of the installed linkers: no longer than glibc's, so that they fit into every program. */
export const INSTALLED_LINKERS: Readonly<Record<Arch, string>> = {
  x86_64: "/lib64/ld-wine-x86-64.so.2",
  i386: "/lib/ld-wine.so.2",
};
/** Where the debug information of an installed linker lies: beside it, under the name in its .gnu_debuglink. */
export function installedDebug(arch: Arch): string {
  return join(dirname(INSTALLED_LINKERS[arch]), `${ARCH_PLACES[arch].ldso}.debug`);
}
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;
/** What an original is called while its program is changed. */
const ORIGINAL = ".before-wine-ld";
/** The list of changed programs. */
const LIST = "var/lib/wine-ld/installed";

/** What may be said on the command line. */
export interface InstallOptions {
  readonly root: string;
  readonly wine?: boolean;
  readonly refresh?: boolean;
  /** For copies of programs, which anybody may make: where the linker goes, and they beside it. */
  readonly linker?: string;
  readonly json?: boolean;
}

/** What is known of one program: `upgraded` is one that a package has replaced since. */
export type State = "installed" | "upgraded" | "gone";

/** What is known of an installed linker: `other` is of another wine-ld, or for another build of glibc than there is. */
export type LinkerState = "current" | "other" | "missing";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Changes programs; returns the exit status. */
export function install(programs: readonly string[], options: InstallOptions): number {
  if (options.linker !== undefined) return installCopies(programs, options.linker);
  const root = realpathSync(options.root);
  const known = readList(root);
  if (options.refresh === true) renewLinkers(root, known);
  const wanted = [
    ...programs.map((path) => insidePath(root, path)),
    ...(options.wine === true ? wineLoaders(root) : []),
    ...(options.refresh === true ? known.filter((path) => stateOf(root, path) === "upgraded") : []),
  ];
  if (wanted.length === 0) {
    if (options.refresh === true) return 0;
    throw new UsageError("say what to install: --wine, or programs");
  }
  const archs = new Map(wanted.map((path) => [path, archOfProgram(join(root, path))]));
  for (const arch of new Set(archs.values())) installLinker(root, arch);
  writeList(root, [...new Set([...known, ...wanted])].sort());
  for (const path of wanted) {
    const changed = installOne(root, path, INSTALLED_LINKERS[archs.get(path) ?? "x86_64"]);
    say(`${path}: ${changed ? "installed" : "was installed already"}`);
  }
  return 0;
}

/** Undoes `install`; returns the exit status. */
export function uninstall(programs: readonly string[], options: InstallOptions): number {
  const root = realpathSync(options.root);
  const known = readList(root);
  const wanted = programs.length > 0 ? programs.map((path) => insidePath(root, path)) : known;
  const unknown = wanted.find((path) => !known.includes(path));
  if (unknown !== undefined) throw new CommandError(`${unknown}: not installed`);
  for (const path of wanted) say(`${path}: ${uninstallOne(root, path)}`);
  const left = known.filter((path) => !wanted.includes(path));
  writeList(root, left);
  if (left.length === 0) {
    for (const arch of ["x86_64", "i386"] as const)
      for (const path of [INSTALLED_LINKERS[arch], installedDebug(arch)])
        rmSync(join(root, path), { force: true });
    rmSync(join(root, dirname(LIST)), { recursive: true, force: true });
  }
  return 0;
}

/** Prints what is installed; the exit status is 1 when something has to be installed again. */
export function status(options: InstallOptions): number {
  const root = realpathSync(options.root);
  const remedy = `run \`${commandName} install --refresh\``;
  const texts: Readonly<Record<State | LinkerState, string>> = {
    installed: "installed",
    current: "the one for this glibc",
    upgraded: `has its own interpreter (an upgrade?): ${remedy}`,
    other: `of another wine-ld, or for another build of glibc: ${remedy}`,
    missing: `not there, so that programs do not start: ${remedy}`,
    gone: "no longer there",
  };
  const programs = readList(root).map((path) => ({ path, state: stateOf(root, path) }));
  const linkers = archsOfList(root, readList(root)).map((arch) => ({
    path: INSTALLED_LINKERS[arch],
    state: linkerState(root, arch),
  }));
  if (options.json === true) {
    say(jsonText({ programs, linkers }));
  } else {
    for (const { path, state } of [...linkers, ...programs]) say(`${path}: ${texts[state]}`);
    if (programs.length === 0) say("nothing is installed");
  }
  const isWell =
    programs.every(({ state }) => state === "installed") &&
    linkers.every(({ state }) => state === "current");
  return isWell ? 0 : 1;
}

/** The architectures of the programs of the list; an upgrade may have made something else of one. */
function archsOfList(root: string, paths: readonly string[]): readonly Arch[] {
  const there = paths.map((path) => join(root, path)).filter((file) => existsSync(file));
  const programs = there.map((file) => classifyProgram(readFileSync(file)));
  return [
    ...new Set(programs.flatMap((program) => (program.kind === "dynamic" ? [program.arch] : []))),
  ];
}

/** What is known of the installed linker of an architecture. */
export function linkerState(root: string, arch: Arch): LinkerState {
  const installed = join(root, INSTALLED_LINKERS[arch]);
  if (!existsSync(installed)) return "missing";
  return readFileSync(installed).equals(readFileSync(linkerFor(root, arch) ?? "/dev/null"))
    ? "current"
    : "other";
}

/** The linker that is made for the glibc below `root`, if there is one. */
function linkerFor(root: string, arch: Arch): string | undefined {
  try {
    return linkersFor(root, [arch])[arch];
  } catch (error) {
    if (error instanceof CommandError || error instanceof UnknownGlibcError) return undefined;
    throw error;
  }
}

/** Installs again the linkers that are not as they should be. */
function renewLinkers(root: string, known: readonly string[]): void {
  for (const arch of archsOfList(root, known)) {
    if (linkerState(root, arch) === "current") continue;
    installLinker(root, arch);
    say(`${INSTALLED_LINKERS[arch]}: renewed`);
  }
}

/**
 * Copies programs beside a copy of the linker and makes them name it: for those who may not change the programs.
 * What undoes it is to remove them.
 */
function installCopies(programs: readonly string[], linker: string): number {
  if (programs.length === 0) throw new UsageError("say which programs to copy beside the linker");
  const path = resolve(linker);
  const archs = new Set(programs.map(archOfProgram));
  const [arch, other] = [...archs];
  if (arch === undefined || other !== undefined)
    throw new UsageError(
      "the programs are for several architectures: one linker is for one of them",
    );
  const own = linkersFor("/", [arch])[arch];
  if (own === undefined) throw new CommandError(`there is no glibc for ${arch}`);
  requireFolder(dirname(path), "name another one with --linker");
  for (const program of programs) {
    const copy = join(dirname(path), basename(program));
    if (existsSync(copy) && realpathSync(copy) === realpathSync(program))
      throw new CommandError(
        `${program} lies where its copy is to be: name another folder with --linker`,
      );
    writeBeside(copy, patched(program, path), 0o755);
    say(`${copy}: a copy of ${program} that ${path} starts`);
  }
  writeBeside(path, readFileSync(own), 0o755);
  return 0;
}

/** @throws CommandError where there is no room for the name */
function patched(program: string, interpreter: string): Buffer {
  try {
    return withInterpreter(readFileSync(program), interpreter);
  } catch (error) {
    if (!(error instanceof InterpreterError)) throw error;
    throw new CommandError(`${program}: ${error.message}`);
  }
}

/** What is known of one program. */
export function stateOf(root: string, path: string): State {
  const file = join(root, path);
  if (!existsSync(file)) return "gone";
  const interpreter = interpreterOf(readFileSync(file));
  if (Object.values(INSTALLED_LINKERS).some((linker) => linker === interpreter)) return "installed";
  return "upgraded";
}

/** The path of a program as seen inside `root`, links followed. */
function insidePath(root: string, path: string): string {
  const file = realpathSync(resolve(path));
  if (root === "/") return file;
  if (!file.startsWith(`${root}/`)) throw new CommandError(`${path} is not below ${root}`);
  return file.slice(root.length);
}

function wineLoaders(root: string): readonly string[] {
  const wine =
    root === "/" ? locateWine(undefined, process.env["PATH"] ?? "") : wineInstalledIn(root, "/usr");
  if (wine === undefined) throw new CommandError(`there is no wine below ${root}`);
  if (wine.root !== root) throw new CommandError("there is no wine installed on this machine");
  return wine.loaders.map(({ name }) => join(wine.folder, name));
}

function archOfProgram(file: string): Arch {
  const bytes = readFileSync(file);
  const program = classifyProgram(bytes);
  if (program.kind !== "dynamic") throw new CommandError(`${file}: not a dynamic ELF program`);
  if (isLibrary(parseElf(bytes)))
    throw new CommandError(
      `${file}: a library, which programs load: it has an interpreter to say its version`,
    );
  return program.arch;
}

/** Says so of itself, and is not a position-independent program. (Some libraries can be started: libc.so.6 can.) */
function isLibrary(elf: Elf): boolean {
  const flags = dynamicEntries(elf).find(({ tag }) => tag === DT_FLAGS_1)?.value ?? 0;
  return soname(elf) !== undefined && (Number(flags) & DF_1_PIE) === 0;
}

function installLinker(root: string, arch: Arch): void {
  const linker = linkersFor(root, [arch])[arch];
  if (linker === undefined) throw new CommandError(`there is no glibc for ${arch} below ${root}`);
  // A package has the debug information in one of its own, where debuggers look by build-id.
  if (existsSync(`${linker}.debug`))
    writeBeside(join(root, installedDebug(arch)), readFileSync(`${linker}.debug`), 0o644);
  writeBeside(join(root, INSTALLED_LINKERS[arch]), readFileSync(linker), 0o755);
}

/** Returns false when nothing had to be done. */
function installOne(root: string, path: string, linker: string): boolean {
  const file = join(root, path);
  const bytes = readFileSync(file);
  if (interpreterOf(bytes) === linker) return false;
  const second = `${file}${ORIGINAL}`;
  rmSync(`${second}.new`, { force: true });
  linkSync(file, `${second}.new`);
  renameSync(`${second}.new`, second);
  const { mode, uid, gid } = statSync(file);
  writeBeside(file, withInterpreter(bytes, linker), mode & 0o7777, { uid, gid });
  return true;
}

function uninstallOne(root: string, path: string): string {
  const file = join(root, path);
  const second = `${file}${ORIGINAL}`;
  const state = stateOf(root, path);
  if (state !== "installed") {
    rmSync(second, { force: true });
    return state === "gone" ? "no longer there" : "was not changed";
  }
  if (!existsSync(second)) {
    throw new CommandError(`${second} is missing: reinstall the package that ${path} is from`);
  }
  renameSync(second, file);
  return "as it was";
}

/** Writes a file under another name and renames it. */
function writeBeside(
  path: string,
  bytes: Buffer | string,
  mode: number,
  owner?: { readonly uid: number; readonly gid: number },
): void {
  const beside = `${path}.wine-ld-new`;
  writeFileSync(beside, bytes);
  if (owner !== undefined) chownSync(beside, owner.uid, owner.gid);
  chmodSync(beside, mode);
  renameSync(beside, path);
}

function readList(root: string): readonly string[] {
  try {
    return readFileSync(join(root, LIST), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

function writeList(root: string, paths: readonly string[]): void {
  mkdirSync(join(root, dirname(LIST)), { recursive: true });
  writeBeside(join(root, LIST), paths.map((path) => `${path}\n`).join(""), 0o644);
}
