/** The command as people start it, in a folder and with a home of its own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../harness/linkers.ts";

/** The shell's part of the command, and Node's. */
export const shellCommand = join(root, "cli/wine-ld");
export const nodeCommand = join(root, "cli/wine-ld.js");

/** A folder for one suite of tests. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), "wine-ld-command-"));
  const home = join(folder, "home");
  mkdirSync(home);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home };
  return {
    folder,
    home,
    environment,
    remove: () => rmSync(folder, { recursive: true }),
    /** Writes a file that can be executed. */
    program: (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o755 });
      return join(folder, name);
    },
    /** Runs the command to its end. */
    command: (args: readonly string[], variables: NodeJS.ProcessEnv = {}) => {
      const { status, signal, stdout, stderr } = spawnSync(shellCommand, args, {
        encoding: "utf8",
        cwd: folder,
        env: { ...environment, ...variables },
      });
      return { status, signal, stdout, stderr };
    },
  };
}
