/**
 * What starts a script: its `#!` line followed to the ELF program at its end, as execve(2) and env(1) follow it, so
 * that this program gets the linker. Knows no linker.
 */

import { basename } from "node:path";
import { classifyProgram } from "../codegen/program.ts";
import { CommandError } from "./command-error.ts";

/** A program to start. */
export interface Start {
  /** What it is told to be called. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Variables that env was to set. */
  readonly environment: Readonly<Record<string, string>>;
  /** Something that a person may not expect. */
  readonly remark?: string;
}

/** Where programs are found and read; both complain as the command does. */
export interface ProgramFiles {
  readonly find: (name: string) => string;
  readonly read: (path: string) => Buffer;
}

/** As many scripts as the kernel follows. */
const MOST_SCRIPTS = 5;
const NOT_RUNNABLE = 126;

/** The start of what `start` names when it is a script; `start` itself when it is none. */
export function withoutScripts(start: Start, files: ProgramFiles): Start {
  let now = start;
  for (let depth = 0; depth <= MOST_SCRIPTS; ++depth) {
    const program = classifyProgram(files.read(now.path));
    if (program.kind !== "script") return now;
    const { interpreter, argument } = program;
    const rest = [now.path, ...now.args];
    now =
      (basename(interpreter) === "env" ? byEnv(now, argument ?? "", rest, files) : undefined) ??
      by(now, interpreter, argument, rest, files);
  }
  throw new CommandError(`${start.path}: too many scripts that start scripts`, NOT_RUNNABLE);
}

function by(
  start: Start,
  interpreter: string,
  argument: string | undefined,
  rest: readonly string[],
  files: ProgramFiles,
): Start {
  return {
    ...start,
    name: interpreter,
    path: files.find(interpreter.includes("/") ? interpreter : `./${interpreter}`),
    args: [...(argument === undefined ? [] : [argument]), ...rest],
    ...(basename(interpreter) === "env" && {
      remark: `${start.path} starts env with options of its own: env has the linker, what it starts has not`,
    }),
  };
}

/** `env NAME` and `env -S [VARIABLE=VALUE...] NAME WORDS`; undefined for what only env understands. */
function byEnv(
  start: Start,
  argument: string,
  rest: readonly string[],
  files: ProgramFiles,
): Start | undefined {
  const split = /^(?:-S|--split-string=?)\s*(.*)$/.exec(argument)?.[1];
  // Quotes, escapes and variables inside are env's business.
  if (split !== undefined && /["'\\$#]/.test(split)) return undefined;
  const words = split === undefined ? [argument] : split.split(/\s+/);
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const name = words[first];
  if (name === undefined || name === "" || name.startsWith("-")) return undefined;
  const variables = words.slice(0, first).map((word) => {
    const at = word.indexOf("=");
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return {
    ...start,
    name,
    path: files.find(name),
    args: [...words.slice(first + 1), ...rest],
    environment: { ...start.environment, ...Object.fromEntries(variables) },
  };
}
