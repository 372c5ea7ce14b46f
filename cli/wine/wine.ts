/** `wine-ld wine`: runs wine so that every process it starts has our linker. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { systemAbis } from "../../codegen/system-glibc.ts";
import { machineAbis } from "../abi.ts";
import { filterSettings } from "../behind-filter.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { settingsFor } from "../config.ts";
import { linkerRemedy, linkersFolder } from "../project-root.ts";
import { execute, type RunPlan } from "../run.ts";
import { progressOn, wantsColour } from "../terminal.ts";
import { homeFolder } from "../user-folders.ts";
import { needsBits } from "./check.ts";
import { enclosed, type Invocation, requireEnclosure } from "./enclosure.ts";
import { InterpreterError } from "./interpreter.ts";
import {
  copyLoaders,
  type Linkers,
  PRELOADERS,
  type Preloader,
  preloaderOf,
} from "./loader-copy.ts";
import { locateWine, provisionedWine, type Wine, wineAt, wow64Of } from "./locate.ts";
import { cacheError, cacheFolder, placesOfWine } from "./places.ts";
import { provision, type WineRelease } from "./provision.ts";

/** What may be said on the command line. */
export interface WineOptions {
  readonly wine?: string;
  readonly provision?: boolean;
  readonly release?: WineRelease;
  readonly stock?: boolean;
  readonly preloader?: Preloader;
  /** Run it under both linkers and show both address spaces. */
  readonly compare?: boolean;
  readonly after?: string;
  readonly html?: string;
  readonly svg?: string;
}

/** Runs wine with these arguments; returns its exit status. */
export async function wine(args: readonly string[], options: WineOptions): Promise<number> {
  if (options.release !== undefined && options.provision !== true) {
    throw new CommandError("--release names what --provision fetches, which is not asked for");
  }
  const shown = [options.after, options.html, options.svg].some((value) => value !== undefined);
  if (shown && options.compare !== true) {
    throw new UsageError(
      "--after, --html and --svg say how --compare shows, which is not asked for",
    );
  }
  if (options.provision === true) {
    await provision(progressOn(process.stderr), options.release);
    if (args.length === 0) return 0;
  }
  const asked = settingsFor(args[0] ?? "", process.env);
  const named = options.wine ?? process.env["WINE_LD_WINE"] ?? asked.wine;
  const found =
    (options.provision === true ? provisionedWine(options.release) : undefined) ??
    locateWine(named, process.env["PATH"] ?? "");
  requireWordSize(found, args);
  requireEnclosure(found.root);
  if (options.compare !== true) return execute(planWine(found, args, options));
  if (args.length === 0) throw new UsageError("--compare wants a Windows program");
  const { compare } = await import("./compare.ts");
  return compare(found.root, (stock) => planWine(found, args, { ...options, stock }), options, {
    colour: wantsColour(process.stdout, process.env),
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
  });
}

/**
 * Says so when a 32-bit program is to be run by a wine that has none of what these need.
 * @throws CommandError then, instead of what wine says of a file of its own
 */
export function requireWordSize(found: Wine, args: readonly string[]): void {
  const [name = ""] = args;
  if (wow64Of(found) !== "none" || needsBits(name) !== 32) return;
  const where = join(found.root, found.folder);
  throw new CommandError(
    `${name} is a 32-bit program, and the wine in ${where} is for 64-bit ones only: install its 32-bit part (on Debian: dpkg --add-architecture i386 && apt update && apt install wine32:i386), or name another wine with --wine`,
    126,
  );
}

/** What stands in the preloader's place: as asked for, as in the user's settings, or the linker. */
function preloaderFor(asked: Preloader | undefined, setting: string | undefined): Preloader {
  if (asked !== undefined || setting === undefined) return asked ?? "linker";
  const known = PRELOADERS.find((name) => name === setting);
  if (known !== undefined) return known;
  throw new CommandError(
    `the setting "preloader" is "${setting}": known are ${PRELOADERS.join(", ")}`,
  );
}

/** The command that runs wine. */
export function planWine(
  found: Wine,
  args: readonly string[],
  asked: Pick<WineOptions, "stock" | "preloader"> = {},
): RunPlan {
  const configured = settingsFor(args[0] ?? "", process.env);
  const options = { ...asked, preloader: preloaderFor(asked.preloader, configured.preloader) };
  const inTree = found.root !== "/";
  const where = inTree ? process.cwd() : "/";
  // What cannot be had inside the tree is said before anything is written.
  const copied = options.stock !== true || options.preloader === "none";
  const cache = cacheFolder(process.env);
  const places = inTree ? placesOfWine(args, where, process.env, copied ? cache : undefined) : [];
  if (inTree) enclosed(found.root, where, { command: "", args: [] }, places);
  const folder = folderOf(found, options.stock === true, options.preloader, cache);
  const start = startOf(folder, found.first.name, args, options);
  const invocation = enclosed(found.root, where, start, places);
  return {
    linker: invocation.command,
    args: invocation.args,
    given: args.length,
    environment: {
      ...(options.stock !== true && configured.variables),
      ...(options.stock !== true && settings(found)),
      // The tree does not know this machine's users.
      ...(inTree && { HOME: homeFolder(process.env) }),
      ...start.environment,
    },
  };
}

/** What the linkers have to be told of the place they run in. */
function settings(found: Wine): Readonly<Record<string, string>> {
  return filterSettings(linkersFor(found.root, archsOf(found)), found.root, process.env);
}

/**
 * How wine is started from its folder. wine's loader executes the preloader with its own arguments, after a
 * look at them for options, and says in the environment that it did; with our linker in that place we can
 * do that ourselves and save the process's first life.
 */
export function startOf(
  folder: string,
  name: string,
  args: readonly string[],
  options: Pick<WineOptions, "stock" | "preloader"> = {},
): Invocation & { readonly environment: Readonly<Record<string, string>> } {
  const loader = join(folder, name);
  const ours = options.stock !== true && (options.preloader ?? "linker") === "linker";
  const [first] = args;
  return !ours || first === undefined || first.startsWith("-")
    ? { command: loader, args, environment: { WINELOADER: loader } }
    : {
        command: join(folder, preloaderOf(name)),
        args: [loader, ...args],
        environment: { WINELOADER: loader, WINELOADERNOEXEC: "1" },
      };
}

/** The folder of the loaders to run: wine's own, or that of a copy in the cache. */
function folderOf(
  found: Wine,
  stock: boolean,
  preloader: Preloader = "linker",
  cache: string,
): string {
  if (stock && preloader !== "none") return found.folder;
  const linkers = stock ? {} : linkersFor(found.root, archsOf(found));
  try {
    return copyLoaders(found, linkers, preloader, cache);
  } catch (error) {
    if (!(error instanceof InterpreterError)) throw cacheError(cache, error);
    throw new CommandError(`${join(found.root, found.folder)}: ${error.message}`);
  }
}

function archsOf(found: Wine): readonly Arch[] {
  return [...new Set(found.loaders.map(({ arch }) => arch))];
}

/** The built linkers for the glibcs below `root`. */
export function linkersFor(root: string, archs: readonly Arch[]): Linkers {
  const linkers: Partial<Record<Arch, string>> = {};
  for (const abi of systemAbis(root, archs, machineAbis())) {
    const path = join(linkersFolder, abi.id, abi.soname);
    if (!existsSync(path)) {
      throw new CommandError(`there is no linker for ${abi.id} yet: ${linkerRemedy(abi.id)}`);
    }
    linkers[abi.arch] = path;
  }
  return linkers;
}

/** Whether a program that a person wants to run is wine, so that it has to be run as wine is. */
export function wineOfProgram(path: string): Wine | undefined {
  if (!/(^|\/)wine(64|-stable|-development|-staging)?$/.test(path)) return undefined;
  const bytes = readFileSync(path).subarray(0, 4096).toString("latin1");
  return bytes.includes("wine") ? wineAt(path) : undefined;
}
