/** Runs a process and keeps what it said: standard output, standard error, how it ended. */
import { spawn } from "node:child_process";

/** What to run. */
export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly input?: string;
  readonly argv0?: string;
  /** User and group to run as, for tests of secure mode. */
  readonly user?: number;
  /** Milliseconds until the process group is killed. */
  readonly timeout: number;
}

/** How it went. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

/** Runs `command` in a process group of its own, so that nothing it started outlives a time-out. */
export function run(command: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.arguments, {
      cwd: command.folder,
      env: { ...command.environment },
      detached: true,
      stdio: "pipe",
      ...(command.argv0 === undefined ? {} : { argv0: command.argv0 }),
      ...(command.user === undefined ? {} : { uid: command.user, gid: command.user }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, command.timeout);
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => undefined);
    child.stdin.end(command.input ?? "");
    const finish = (status: number | null, signal: string | null, failure?: string): void => {
      clearTimeout(timer);
      const said = Buffer.concat(stderr).toString("latin1");
      resolve({
        stdout: Buffer.concat(stdout).toString("latin1"),
        stderr: failure === undefined ? said : `${said}${failure}\n`,
        status,
        signal,
        timedOut,
      });
    };
    child.on("error", (error) => finish(null, null, `cannot start: ${error.message}`));
    child.on("close", (status, signal) => finish(status, signal));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group ended by itself in the meantime.
  }
}
