/** `wine-ld wine`: runs wine so that every process it starts has our linker. */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Arch } from "../../codegen/abi/model.ts";
import { systemAbis } from "../../codegen/system-glibc.ts";
import { CommandError } from "../command-error.ts";
import { projectRoot } from "../project-root.ts";
import { execute, type RunPlan } from "../run.ts";
import { enclosed } from "./enclosure.ts";
import { InterpreterError } from "./interpreter.ts";
import { copyLoaders, type Linkers } from "./loader-copy.ts";
import { locateWine, provisionedWine, type Wine, wineAt } from "./locate.ts";
import { provision, type WineRelease } from "./provision.ts";

/** What may be said on the command line. */
export interface WineOptions {
  readonly wine?: string;
  readonly provision?: boolean;
  readonly release?: WineRelease;
  readonly stock?: boolean;
}

/** Runs wine with these arguments; returns its exit status. */
export async function wine(args: readonly string[], options: WineOptions): Promise<number> {
  if (options.provision === true) {
    await provision((line) => process.stderr.write(`${line}\n`), options.release);
    if (args.length === 0) return 0;
  }
  const named = options.wine ?? process.env["WINE_LD_WINE"];
  const found =
    (options.provision === true ? provisionedWine(options.release) : undefined) ??
    locateWine(named, process.env["PATH"] ?? "");
  return execute(planWine(found, args, options.stock === true));
}

/** The command that runs wine. `stock`: with the system's linker, for comparison. */
export function planWine(found: Wine, args: readonly string[], stock: boolean): RunPlan {
  const folder = stock ? found.folder : privateCopy(found);
  const loader = join(folder, found.first.name);
  const invocation = enclosed(found.root, process.cwd(), {
    command: loader,
    args,
  });
  return {
    linker: invocation.command,
    args: invocation.args,
    environment: { WINELOADER: loader },
  };
}

/** Copies the loaders and returns their folder. */
function privateCopy(found: Wine): string {
  const archs = [...new Set(found.loaders.map(({ arch }) => arch))];
  try {
    return copyLoaders(found, linkersFor(found.root, archs), cacheFolder());
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
