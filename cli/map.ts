/**
 * `wine-ld map PID|FILE|-- PROGRAM`: an address space, printed and drawn. A program's address space is told
 * by its trace, or by the kernel while it runs.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CommandError, UsageError } from "./command-error.ts";
import { planRun, type RunPlan } from "./run.ts";
import { type AddressSpace, addressSpace } from "./space/address-space.ts";
import { isMapsText, parseMaps } from "./space/maps-file.ts";
import { page, picture } from "./space/picture.ts";
import { comparisonLines, terminalMap } from "./space/terminal-map.ts";
import { decodeTrace, isTrace } from "./space/trace-format.ts";
import { type Moment, traceState } from "./space/trace-state.ts";

/** What may be said on the command line. */
export interface MapOptions {
  /** Another address space, to compare with: a process, a file. */
  readonly compare?: string;
  readonly svg?: string;
  readonly html?: string;
  /** Of a trace or a program: "end", "peak", or milliseconds. */
  readonly moment?: string;
  /** Of a program: seconds after which the kernel is asked and the program ended. */
  readonly after?: string;
  readonly owners?: string;
}

/** Where output goes. */
export interface MapOutput {
  readonly colour: boolean;
  readonly print: (line: string) => void;
}

const POLL = 50;
const DEFAULT_OWNERS = 20;

/** Shows what the words name: one process or file, or a program with its arguments behind `--`. */
export async function showMap(
  words: readonly string[],
  isProgram: boolean,
  options: MapOptions,
  output: MapOutput,
): Promise<void> {
  const [first] = words;
  if (first === undefined) throw new UsageError("map what? a process, a file, or -- PROGRAM");
  if (!isProgram && words.length > 1)
    throw new UsageError("a program and its arguments stand behind --");
  const moment = parseMoment(options.moment ?? "end");
  const own = isProgram
    ? await programSpace(words, options.after, moment)
    : readSpace(first, moment);
  // Options name the earlier one: what is shown is judged against it.
  const before = options.compare === undefined ? [] : [readSpace(options.compare, moment)];
  const spaces = [...before, own];
  const owners = parseCount(options.owners, DEFAULT_OWNERS);
  for (const line of spaces.flatMap((space) => [
    ...terminalMap(space, { colour: output.colour, owners }),
    "",
  ]))
    output.print(line);
  for (const line of before.flatMap((space) => comparisonLines(space, own))) output.print(line);
  if (options.svg !== undefined) writeFileSync(options.svg, picture(spaces));
  if (options.html !== undefined) writeFileSync(options.html, page(spaces));
}

/** "end", "peak", or milliseconds as the microseconds of a trace. */
export function parseMoment(text: string): Moment {
  if (text === "end" || text === "peak") return text;
  const milliseconds = Number(text);
  if (text === "" || !(milliseconds >= 0))
    throw new UsageError(`"${text}" is no moment: "end", "peak", or milliseconds`);
  return milliseconds * 1000;
}

function parseCount(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new UsageError(`"${text}" is not a number`);
  return Number(text);
}

/** The address space of a process or a file. */
export function readSpace(word: string, moment: Moment): AddressSpace {
  const isProcess = /^\d+$/.test(word);
  const path = isProcess ? `/proc/${word}/maps` : word;
  const title = isProcess ? `process ${word} (${processName(word)})` : basename(word);
  return spaceOf(title, readBytes(path), moment);
}

function processName(pid: string): string {
  return readBytes(`/proc/${pid}/comm`).toString().trim();
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`);
  }
}

/** A list of mappings, or a trace. */
function spaceOf(title: string, bytes: Buffer, moment: Moment): AddressSpace {
  if (isTrace(bytes)) return traceState(title, decodeTrace(bytes), moment);
  const text = bytes.toString();
  if (!isMapsText(text))
    throw new CommandError(`${title}: neither a list of mappings (/proc/PID/maps) nor a trace`);
  return addressSpace(title, parseMaps(text));
}

/** Runs a program under the linker and takes its address space. */
async function programSpace(
  words: readonly string[],
  after: string | undefined,
  moment: Moment,
): Promise<AddressSpace> {
  const [name = "", ...args] = words;
  const plan = planRun(name, args, process.env);
  const title = words.join(" ");
  return after === undefined
    ? tracedSpace(title, plan, moment)
    : runningSpace(title, plan, Number(after));
}

/** Lets the program run to its end with a trace. */
async function tracedSpace(title: string, plan: RunPlan, moment: Moment): Promise<AddressSpace> {
  const folder = mkdtempSync(join(tmpdir(), "wine-ld-map-"));
  const trace = join(folder, "trace");
  try {
    await running(plan, { WINE_LD_TRACE: trace }, () => false);
    return spaceOf(title, readBytes(trace), moment);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Asks the kernel after so many seconds, or when the program is stopped (^Z), and ends the program. */
async function runningSpace(title: string, plan: RunPlan, seconds: number): Promise<AddressSpace> {
  if (!(seconds >= 0)) throw new UsageError("--after wants a number of seconds");
  const until = Date.now() + seconds * 1000;
  let maps = "";
  await running(plan, {}, (pid) => {
    const now = readIfThere(`/proc/${pid}/maps`);
    maps = now === "" ? maps : now;
    return Date.now() >= until || isStopped(readIfThere(`/proc/${pid}/stat`));
  });
  return spaceOf(title, Buffer.from(maps), "end");
}

/** Of a process that ends in this moment there is nothing to read. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isStopped(stat: string): boolean {
  return /\) [Tt] /.test(stat);
}

/** Runs until the program ends, or until `enough` says so every now and then: then it is ended. */
function running(
  plan: RunPlan,
  variables: Readonly<Record<string, string>>,
  enough: (pid: number) => boolean,
): Promise<void> {
  const environment = { ...process.env, ...plan.environment, ...variables };
  return new Promise((resolve, reject) => {
    const child = spawn(plan.linker, plan.args, { stdio: "inherit", env: environment });
    const timer = setInterval(() => {
      if (child.pid !== undefined && enough(child.pid)) child.kill("SIGKILL");
    }, POLL);
    child.on("error", reject);
    child.on("exit", () => {
      clearInterval(timer);
      resolve();
    });
  });
}
