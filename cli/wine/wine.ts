/** `wine-ld wine`: runs wine so that every process it starts has our linker. */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { systemAbis } from "../../codegen/system-glibc.ts";
import { CommandError } from "../command-error.ts";
import { projectRoot } from "../project-root.ts";
import { execute, type RunPlan } from "../run.ts";
import { enclosed, type Invocation, requireEnclosure } from "./enclosure.ts";
import { InterpreterError } from "./interpreter.ts";
import { copyLoaders, type Linkers, type Preloader, preloaderOf } from "./loader-copy.ts";
import { locateWine, provisionedWine, type Wine, wineAt } from "./locate.ts";
import { provision, type WineRelease } from "./provision.ts";

/** What may be said on the command line. */
export interface WineOptions {
  readonly wine?: string;
  readonly provision?: boolean;
  readonly release?: WineRelease;
  readonly stock?: boolean;
  readonly preloader?: Preloader;
}

/** Runs wine with these arguments; returns its exit status. */
export async function wine(args: readonly string[], options: WineOptions): Promise<number> {
  if (options.release !== undefined && options.provision !== true) {
    throw new CommandError("--release names what --provision fetches, which is not asked for");
  }
  if (options.provision === true) {
    await provision((line) => process.stderr.write(`${line}\n`), options.release);
    if (args.length === 0) return 0;
  }
  const named = options.wine ?? process.env["WINE_LD_WINE"];
  const found =
    (options.provision === true ? provisionedWine(options.release) : undefined) ??
    locateWine(named, process.env["PATH"] ?? "");
  requireEnclosure(found.root);
  return execute(planWine(found, args, options));
}

/** The command that runs wine. */
export function planWine(
  found: Wine,
  args: readonly string[],
  options: Pick<WineOptions, "stock" | "preloader"> = {},
): RunPlan {
  const folder = folderOf(found, options.stock === true, options.preloader);
  const start = startOf(folder, found.first.name, args, options);
  const invocation = enclosed(found.root, process.cwd(), start);
  return {
    linker: invocation.command,
    args: invocation.args,
    environment: start.environment,
  };
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

/** The folder of the loaders to run: wine's own, or that of a copy. */
function folderOf(found: Wine, stock: boolean, preloader: Preloader = "linker"): string {
  if (stock) {
    return preloader === "none" ? copyLoaders(found, {}, "none", cacheFolder()) : found.folder;
  }
  const archs = [...new Set(found.loaders.map(({ arch }) => arch))];
  try {
    return copyLoaders(found, linkersFor(found.root, archs), preloader, cacheFolder());
  } catch (error) {
    if (!(error instanceof InterpreterError)) throw error;
    throw new CommandError(`${join(found.root, found.folder)}: ${error.message}`);
  }
}

/** The built linkers for the glibcs below `root`. */
export function linkersFor(root: string, archs: readonly Arch[]): Linkers {
  const linkers: Partial<Record<Arch, string>> = {};
  for (const abi of systemAbis(root, archs)) {
    const path = join(projectRoot, "dist", abi.id, abi.soname);
    if (!existsSync(path)) {
      throw new CommandError(
        `there is no linker for ${abi.id} yet: run \`wine-ld build --abi ${abi.id}\` and try again`,
      );
    }
    linkers[abi.arch] = path;
  }
  return linkers;
}

function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "wine-ld", "loaders");
}

/** Whether a program that a person wants to run is wine, so that it has to be run as wine is. */
export function wineOfProgram(path: string): Wine | undefined {
  if (!/(^|\/)wine(64|-stable|-development|-staging)?$/.test(path)) return undefined;
  const bytes = readFileSync(path).subarray(0, 4096).toString("latin1");
  return bytes.includes("wine") ? wineAt(path) : undefined;
}
