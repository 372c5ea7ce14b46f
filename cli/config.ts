/**
 * The user's settings: $XDG_CONFIG_HOME/wine-ld/config. Lines `name = value`; those behind a line `[PROGRAM]` are for
 * the program of that file name alone. A variable of the environment counts more, an option most.
 */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CommandError } from "./command-error.ts";
import { asCommandError } from "./system-error.ts";
import { configHome } from "./user-folders.ts";

/** What may be set. */
const NAMES = ["wine", "policy", "preloader"] as const;
type Name = (typeof NAMES)[number];

/** The settings for one program. */
export type Settings = Readonly<Partial<Record<Name, string>>>;

/** All of a file. */
export interface Config {
  readonly general: Settings;
  /** By file name in small letters, as Windows does not tell the others apart. */
  readonly programs: ReadonlyMap<string, Settings>;
}

const isName = (word: string): word is Name => NAMES.some((name) => name === word);

/**
 * Reads the text of a file.
 * @throws CommandError with file and line for what is no setting: no mistake is passed over
 */
export function parseConfig(text: string, file: string): Config {
  const programs = new Map<string, Settings>();
  let general: Settings = {};
  let program: string | undefined;
  for (const [index, whole] of text.split("\n").entries()) {
    const line = whole.trim();
    if (line === "" || line.startsWith("#")) continue;
    const section = /^\[(.+)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      program = section.trim().toLowerCase();
      continue;
    }
    const [, name = "", value = ""] = /^(\w+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (!isName(name))
      throw new CommandError(
        `${file}:${index + 1}: "${line}" is no setting: NAME = VALUE, with the names ${NAMES.join(", ")}`,
      );
    if (program === undefined) general = { ...general, [name]: value };
    else programs.set(program, { ...programs.get(program), [name]: value });
  }
  return { general, programs };
}

/** The settings for a program, and the variables that tell the linker of them. */
export function settingsFor(
  program: string,
  environment: NodeJS.ProcessEnv,
): Settings & { readonly variables: Readonly<Record<string, string>> } {
  const file = join(configHome(environment), "config");
  const { general, programs } = parseConfig(textOf(file), file);
  // A Windows path has the other slashes.
  const name = basename(program.replaceAll("\\", "/")).toLowerCase();
  const settings = { ...general, ...programs.get(name) };
  const { policy } = settings;
  const asked = environment["WINE_LD_POLICY"] !== undefined || policy === undefined;
  return { ...settings, variables: asked ? {} : { WINE_LD_POLICY: policy } };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw asCommandError(error, file);
  }
}
