/** Starts programs through `src/starter.c`, which does nothing else: see there why. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { workFolder } from "../harness/linkers.ts";
import type { Command, Outcome } from "../harness/run.ts";

const source = join(import.meta.dirname, "src/starter.c");

/** The compiled starter, made when its source changed. */
function starterPath(): string {
  const key = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const path = join(workFolder, "conformance", `starter-${key}`);
  if (existsSync(path)) return path;
  mkdirSync(join(workFolder, "conformance"), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  execFileSync("gcc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", unfinished, source]);
  renameSync(unfinished, path);
  return path;
}

const signalNames = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

/** A starter process: one program at a time. */
interface Starter {
  readonly child: ChildProcess;
  readonly received: Buffer[];
  take: (bytes: Buffer) => boolean;
}

const idle: Starter[] = [];

function newStarter(): Starter {
  const child = spawn(starterPath(), { stdio: ["pipe", "pipe", "inherit"], env: {} });
  const starter: Starter = { child, received: [], take: () => false };
  child.stdout?.on("data", (bytes: Buffer) => {
    starter.received.push(bytes);
    const all = Buffer.concat(starter.received);
    if (starter.take(all)) starter.received.length = 0;
    else starter.received.splice(0, starter.received.length, all);
  });
  child.unref();
  return starter;
}

/** The outcome that an answer tells, or undefined while it is not complete. */
function parseAnswer(bytes: Buffer): Outcome | undefined {
  const end = bytes.indexOf(10);
  if (end < 0) return undefined;
  const [status = 0, signal = 0, late = 0, output = 0, errors = 0] = bytes
    .toString("latin1", 0, end)
    .split(" ")
    .map(Number);
  const begin = end + 1;
  if (bytes.length < begin + output + errors) return undefined;
  return {
    status: status < 0 ? null : status,
    signal: signal === 0 ? null : (signalNames.get(signal) ?? `signal ${signal}`),
    timedOut: late === 1,
    stdout: bytes.toString("latin1", begin, begin + output),
    stderr: bytes.toString("latin1", begin + output, begin + output + errors),
  };
}

/** Runs a command as `run` of the harness does; `input`, `argv0` and `user` are not known here. */
export function runQuickly(command: Command): Promise<Outcome> {
  const starter = idle.pop() ?? newStarter();
  const words = [command.file, ...command.arguments];
  const environment = Object.entries(command.environment).map(
    ([name, value]) => `${name}=${value}`,
  );
  const texts = [
    String(command.timeout),
    command.folder,
    String(words.length),
    ...words,
    ...environment,
  ];
  const payload = Buffer.from(texts.map((text) => `${text}\0`).join(""), "latin1");
  return new Promise((resolve) => {
    starter.take = (bytes) => {
      const outcome = parseAnswer(bytes);
      if (outcome === undefined) return false;
      idle.push(starter);
      resolve(outcome);
      return true;
    };
    starter.child.stdin?.write(Buffer.concat([Buffer.from(`${payload.length}\n`), payload]));
  });
}

/** Ends the starters; a later run starts new ones. */
export function endStarters(): void {
  for (const { child } of idle.splice(0)) child.stdin?.end();
}
