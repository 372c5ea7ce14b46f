/** `wine-ld launcher FILE`: a shell script that does what a start does, once all that it needs is known. */

import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "./command-error.ts";
import { planProgram, type RunPlan, shellLines } from "./run.ts";
import { planWine } from "./wine/wine.ts";

/** Writes the script; returns the exit status. */
export async function writeLauncher(
  file: string,
  program: string | undefined,
  args: readonly string[],
): Promise<number> {
  const plan =
    program === undefined
      ? await wineHere()
      : await planProgram(program.includes("/") ? resolve(program) : program, args);
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, launcherText(plan));
  chmodSync(beside, 0o755);
  renameSync(beside, file);
  process.stdout.write(`${resolve(file)}: starts ${program ?? "wine"}\n`);
  return 0;
}

/** The script of a plan: all words that it has go before those that the script is given. Pure. */
export function launcherText(plan: RunPlan): string {
  const lines = [
    "#!/bin/sh",
    "# Starts a program under wine-ld. Made by `wine-ld launcher`: after an upgrade make it again.",
    shellLines({ ...plan, given: 0 }).join("; "),
  ];
  return `${lines.join("\n")}\n`;
}

async function wineHere(): Promise<RunPlan> {
  const { locateWine } = await import("./wine/locate.ts");
  const { settingsFor } = await import("./config.ts");
  const named = process.env["WINE_LD_WINE"] ?? settingsFor("", process.env).wine;
  const found = locateWine(named, process.env["PATH"] ?? "");
  if (found.root !== "/")
    throw new CommandError(
      `the wine in ${found.root} runs in a tree that is put together at each start: start it with \`wine-ld wine\``,
    );
  return planWine(found, []);
}
