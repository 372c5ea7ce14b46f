/**
 * Runs the real programs of a tree under glibc's own linker and under ours, and compares: directly
 * ("LINKER PROGRAM"), and as PT_INTERP, which is the tree's linker replaced by ours, in a mount namespace and a
 * root of its own, so that the programs and the children they start are what the release ships.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { difference, normalise } from "../harness/compare.ts";
import { run } from "../harness/run.ts";
import type { Way } from "../harness/start.ts";
import type { Tree } from "../harness/trees.ts";
import type { RealCommand } from "./commands.ts";

/** What became of the commands. */
export interface RealResult {
  readonly same: number;
  readonly missing: readonly string[];
  /** One text for each command that behaves otherwise. */
  readonly different: readonly string[];
  /** Why none was run in this way; absent when they were. */
  readonly notRun?: string;
}

/** One start: whose linker, which program of the tree, and in which way. */
interface RealStart {
  readonly linker: string;
  readonly tree: Tree;
  readonly program: string;
  readonly words: readonly string[];
}

const environment = { PATH: "/usr/bin:/bin", HOME: "/tmp", LC_ALL: "C" };

/** Root's own namespace needs no other user; anybody else's needs one in which they are root. */
const unshare = process.getuid?.() === 0 ? ["-m"] : ["-r", "-m"];

/** Compares all commands; `subject` is the linker under test. */
export async function compareReal(
  tree: Tree,
  subject: string,
  commands: readonly RealCommand[],
  way: Way,
  progress: (done: number) => void,
): Promise<RealResult> {
  const missing: string[] = [];
  const different: string[] = [];
  let same = 0;
  const obstacle = way === "interp" ? whyNotInTree(tree) : undefined;
  if (obstacle !== undefined) return { same, missing, different, notRun: obstacle };
  const start = way === "direct" ? startDirectly : startInTree;
  const root = way === "direct" ? tree.programs : "";
  for (const [index, command] of commands.entries()) {
    progress(index + 1);
    const program = programPath(tree.programs, command.program);
    if (program === undefined) {
      missing.push(command.program);
      continue;
    }
    const bash = programPath(tree.programs, "bash") ?? "bash";
    const words = command.arguments.map((word) =>
      word
        .replaceAll("$tree", root)
        .replaceAll("$bash", way === "direct" ? bash : insideOf(tree, bash)),
    );
    const [reference, found] = await Promise.all(
      [tree.linker, subject].map((linker) => start({ linker, tree, program, words })),
    );
    const wrong = reference && found && difference(reference, found);
    if (wrong === undefined) same++;
    else different.push(`${command.program} ${words.join(" ").slice(0, 60)} (${way}): ${wrong}`);
  }
  return { same, missing, different };
}

async function startDirectly({ linker, tree, program, words }: RealStart) {
  const outcome = await run({
    file: linker,
    arguments: ["--library-path", tree.libraryPath.join(":"), program, ...words],
    environment: { ...environment, PYTHONHOME: join(tree.programs, "usr") },
    folder: "/",
    timeout: 30_000,
  });
  return normalise(outcome, [{ find: linker, put: "<linker>" }]);
}

/** Arguments: the linker, the place where the tree's programs find theirs, the tree, the command. */
const inTree =
  'linker=$1 place=$2 root=$3; shift 3; mount --bind "$linker" "$place" && ' +
  'mount --rbind /proc "$root/proc" && mount --rbind /dev "$root/dev" && ' +
  'cmp -s "$linker" "$place" && exec chroot "$root" "$@"';

async function startInTree({ linker, tree, program, words }: RealStart) {
  for (const folder of ["proc", "dev", "tmp"])
    mkdirSync(join(tree.root, folder), { recursive: true });
  const places = [realpathSync(linker), realpathSync(tree.linker), tree.root];
  return run({
    file: "unshare",
    arguments: [...unshare, "sh", "-c", inTree, "sh", ...places, insideOf(tree, program), ...words],
    environment: { ...environment, PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    folder: "/",
    timeout: 30_000,
  });
}

function whyNotInTree(tree: Tree): string | undefined {
  if (tree.programs !== tree.root) return "the tree has no programs";
  try {
    execFileSync("unshare", [...unshare, "true"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "no mount namespace to be had: run as root";
  }
}

/** A path as it is called when the tree is the root. */
function insideOf(tree: Tree, path: string): string {
  return `/${relative(tree.root, path)}`;
}

function programPath(root: string, name: string): string | undefined {
  const path = ["bin", "usr/bin"].map((folder) => join(root, folder, name)).find(existsSync);
  return path === undefined ? undefined : realpathSync(path);
}
