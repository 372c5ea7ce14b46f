/** Runs the real programs of a tree under glibc's own linker and under ours, and compares. */

import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { difference, normalise } from "../harness/compare.ts";
import { run } from "../harness/run.ts";
import type { Tree } from "../harness/trees.ts";
import type { RealCommand } from "./commands.ts";

/** What became of the commands. */
export interface RealResult {
  readonly same: number;
  readonly missing: readonly string[];
  /** One text for each command that behaves otherwise. */
  readonly different: readonly string[];
}

/** Compares all commands; `subject` is the linker under test. */
export async function compareReal(
  tree: Tree,
  subject: string,
  commands: readonly RealCommand[],
  progress: (done: number) => void,
): Promise<RealResult> {
  const missing: string[] = [];
  const different: string[] = [];
  let same = 0;
  for (const [index, command] of commands.entries()) {
    progress(index + 1);
    const program = programPath(tree.root, command.program);
    if (program === undefined) {
      missing.push(command.program);
      continue;
    }
    const words = command.arguments.map((word) => expand(word, tree.root));
    const outcomes = [tree.linker, subject].map((linker) => start(linker, tree, program, words));
    const [reference, found] = await Promise.all(outcomes);
    const wrong = reference && found && difference(reference, found);
    if (wrong === undefined) same++;
    else different.push(`${command.program} ${words.join(" ").slice(0, 60)}: ${wrong}`);
  }
  return { same, missing, different };
}

async function start(linker: string, tree: Tree, program: string, words: readonly string[]) {
  const outcome = await run({
    file: linker,
    arguments: ["--library-path", tree.libraryPath.join(":"), program, ...words],
    environment: { PATH: "/usr/bin:/bin", HOME: "/tmp", LC_ALL: "C" },
    folder: "/",
    timeout: 30_000,
  });
  return normalise(outcome, [{ find: linker, put: "<linker>" }]);
}

function expand(word: string, root: string): string {
  return word.replaceAll("$tree", root).replaceAll("$bash", programPath(root, "bash") ?? "bash");
}

function programPath(root: string, name: string): string | undefined {
  const path = ["bin", "usr/bin"].map((folder) => join(root, folder, name)).find(existsSync);
  return path === undefined ? undefined : realpathSync(path);
}
