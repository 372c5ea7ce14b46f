/** `wine-ld run PROGRAM ARGS`: starts a program under the linker that was built for its glibc. */

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync, writeSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import type { Arch } from "../codegen/abi/model.ts";
import { classifyProgram, type Program } from "../codegen/program.ts";
import { systemAbis } from "../codegen/system-glibc.ts";
import { TARGETS } from "../codegen/targets.ts";
import { machineAbis } from "./abi.ts";
import { filterSettings } from "./behind-filter.ts";
import { CommandError } from "./command-error.ts";
import { settingsFor } from "./config.ts";
import { linkerRemedy, linkersFolder } from "./project-root.ts";
import { withoutScripts } from "./script.ts";
import { asCommandError } from "./system-error.ts";

/** The exit statuses that shells give to a command that is not there, and to one that cannot be run. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;

const PASSED_SIGNALS: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
];

/** What to execute. */
export interface RunPlan {
  readonly linker: string;
  readonly args: readonly string[];
  /** So many of the last of them are those that the command was given. */
  readonly given: number;
  /** Variables that the program gets besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The descriptor on which a shell that started this command wants to be told what to execute in its own place. */
const PLAN_TO = "WINE_LD_PLAN_TO";

/** Runs the program; returns its exit status, or ends by the signal that ended it. */
export async function run(name: string, args: readonly string[]): Promise<number> {
  return execute(await planProgram(name, args));
}

/** How a program is run, also when it is wine. */
export async function planProgram(name: string, args: readonly string[]): Promise<RunPlan> {
  const { planWine, wineOfProgram } = await import("./wine/wine.ts");
  const wine = wineOfProgram(findProgram(name, process.env["PATH"] ?? ""));
  return wine === undefined ? planRun(name, args, process.env) : planWine(wine, args);
}

/** Executes a plan with this process's terminal and signals, or has the shell that asks for it do so. */
export async function execute(plan: RunPlan): Promise<number> {
  const planTo = process.env[PLAN_TO];
  if (planTo !== undefined) {
    writeSync(Number(planTo), shellText(plan));
    return 0;
  }
  // Before the start: a signal that comes right after it must find the program, not end this process.
  const pass = passSignals();
  const child = spawn(plan.linker, plan.args, {
    stdio: "inherit",
    env: { ...process.env, ...plan.environment },
  });
  pass.to(child);
  const [code, signal] = await ending(child);
  pass.stop();
  if (signal === null) return code ?? 1;
  process.kill(process.pid, signal);
  return 128 + system.signals[signal];
}

/** A plan as a shell carries it out in its own place. The last words are the shell's own arguments: they may be no text. */
export function shellText(plan: RunPlan): string {
  return `shift $(($# - ${plan.given})); ${shellLines(plan).join("; ")}`;
}

/** The shell's commands for a plan whose last words are all of the shell's arguments. */
export function shellLines({ linker, args, given, environment = {} }: RunPlan): readonly string[] {
  const words = [linker, ...args.slice(0, args.length - given)].map(shellWord);
  const variables = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${shellWord(value)}`,
  );
  return [...variables, `exec ${words.join(" ")} "$@"`];
}

/** Finds the program and its linker. */
export function planRun(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): RunPlan {
  const find = (word: string) => findProgram(word, environment["PATH"] ?? "");
  const start = withoutScripts(
    { name, path: find(name), args, environment: {} },
    { find, read: readProgram },
  );
  if (start.remark !== undefined) process.stderr.write(`wine-ld: ${start.remark}\n`);
  const arch = archOf(start.path, classifyProgram(readProgram(start.path)));
  const [abi] = systemAbis("/", [arch], machineAbis());
  if (abi === undefined) throw refusal(`there is no glibc for ${arch}`);
  const linker = join(linkersFolder, abi.id, abi.soname);
  if (!existsSync(linker)) {
    throw refusal(`there is no linker for ${abi.id} yet: ${linkerRemedy(abi.id)}`);
  }
  return {
    linker,
    args: ["--argv0", start.name, start.path, ...start.args],
    given: args.length,
    environment: {
      ...start.environment,
      ...settingsFor(name, environment).variables,
      ...filterSettings({ [arch]: linker }, "/", environment),
    },
  };
}

/** A program's bytes: a linker that is told to start it has to read it, too. */
function readProgram(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw asCommandError(error, path, NOT_RUNNABLE);
  }
}

/** The path of a program: as given with a slash, else the first executable of that name on PATH. */
export function findProgram(name: string, searchPath: string): string {
  if (name.includes("/")) {
    if (!existsSync(name)) throw new CommandError(`${name}: no such file`, NOT_FOUND);
    return name;
  }
  const found = searchPath
    .split(":")
    .map((folder) => join(folder === "" ? "." : folder, name))
    .find(isExecutableFile);
  if (found === undefined) throw new CommandError(`${name}: not found on PATH`, NOT_FOUND);
  return found;
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The architecture of a program that a linker can start; for everything else, why not. */
export function archOf(path: string, program: Program): Arch {
  switch (program.kind) {
    case "dynamic":
      if (program.interpreter !== TARGETS[program.arch].interpreter) {
        throw refusal(`${path} is started by ${program.interpreter}, which is not glibc's ld.so`);
      }
      return program.arch;
    case "script":
      throw refusal(`${path} is a script for ${program.interpreter}`);
    case "static":
      throw refusal(`${path} is statically linked: it needs no dynamic linker, run it as it is`);
    case "foreign":
      throw refusal(
        `${path} is for another machine (ELF machine ${program.machine}); known are ${Object.keys(TARGETS).join(", ")}`,
      );
    case "unknown":
      throw refusal(`${path} is neither an ELF program nor a script`);
  }
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function refusal(sentence: string): CommandError {
  return new CommandError(sentence, NOT_RUNNABLE);
}

function ending(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve([code, signal]));
  });
}

/**
 * Hands signals on to the program, those too that come before it is known. What a terminal sends (^C, ^\)
 * reaches the program by itself, as it is in the same process group: then it must only not end this
 * process.
 */
function passSignals(): { readonly to: (child: ChildProcess) => void; readonly stop: () => void } {
  const fromTerminal: readonly NodeJS.Signals[] = process.stdin.isTTY ? ["SIGINT", "SIGQUIT"] : [];
  const early: NodeJS.Signals[] = [];
  let receiver: ChildProcess | undefined;
  const handler = (signal: NodeJS.Signals) => {
    if (fromTerminal.includes(signal)) return;
    if (receiver === undefined) early.push(signal);
    else receiver.kill(signal);
  };
  for (const signal of PASSED_SIGNALS) process.on(signal, handler);
  return {
    to: (child) => {
      receiver = child;
      for (const signal of early) child.kill(signal);
    },
    stop: () => {
      for (const signal of PASSED_SIGNALS) process.off(signal, handler);
    },
  };
}
