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
import { dirname, join, resolve } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { ARCH_PLACES } from "../../codegen/ingest/locate.ts";
import { classifyProgram } from "../../codegen/program.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { jsonText } from "../json-text.ts";
import { interpreterOf, withInterpreter } from "./interpreter.ts";
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
/** What an original is called while its program is changed. */
const ORIGINAL = ".before-wine-ld";
/** The list of changed programs. */
const LIST = "var/lib/wine-ld/installed";

/** What may be said on the command line. */
export interface InstallOptions {
  readonly root: string;
  readonly wine?: boolean;
  readonly refresh?: boolean;
  readonly json?: boolean;
}

/** What is known of one program: `upgraded` is one that a package has replaced since. */
export type State = "installed" | "upgraded" | "gone";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Changes programs; returns the exit status. */
export function install(programs: readonly string[], options: InstallOptions): number {
  const root = realpathSync(options.root);
  const known = readList(root);
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

/** Prints what is installed; the exit status is 1 when a program has to be installed again. */
export function status(options: InstallOptions): number {
  const root = realpathSync(options.root);
  const texts: Readonly<Record<State, string>> = {
    installed: "installed",
    upgraded: "has its own interpreter (an upgrade?): run `wine-ld install --refresh`",
    gone: "no longer there",
  };
  const states = readList(root).map((path) => ({ path, state: stateOf(root, path) }));
  if (options.json === true) {
    say(jsonText({ programs: states }));
  } else {
    for (const { path, state } of states) say(`${path}: ${texts[state]}`);
    if (states.length === 0) say("nothing is installed");
  }
  return states.every(({ state }) => state === "installed") ? 0 : 1;
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
  const program = classifyProgram(readFileSync(file));
  if (program.kind !== "dynamic") throw new CommandError(`${file}: not a dynamic ELF program`);
  return program.arch;
}

function installLinker(root: string, arch: Arch): void {
  const linker = linkersFor(root, [arch])[arch];
  if (linker === undefined) throw new CommandError(`there is no glibc for ${arch} below ${root}`);
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
