/**
 * `wine-ld map PID|FILE|-- PROGRAM`: an address space, printed and drawn. A program's address space is told
 * by its trace, or by the kernel while it runs.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants as system, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CommandError, UsageError } from "./command-error.ts";
import { jsonText } from "./json-text.ts";
import { planRun, type RunPlan } from "./run.ts";
import { type AddressSpace, addressSpace, holdings } from "./space/address-space.ts";
import { freeSpaces } from "./space/free-space.ts";
import { isMapsText, parseMaps } from "./space/maps-file.ts";
import { page, picture } from "./space/picture.ts";
import { comparisonLines, terminalMap } from "./space/terminal-map.ts";
import { decodeTrace, isTrace } from "./space/trace-format.ts";
import { type Moment, traceState } from "./space/trace-state.ts";
import { asCommandError } from "./system-error.ts";

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
  /** Print data, for programs. */
  readonly json?: boolean;
}

/** Where output goes. */
export interface MapOutput {
  readonly colour: boolean;
  /** Characters in a line; undefined: as many as there are. */
  readonly width?: number | undefined;
  readonly print: (line: string) => void;
}

const POLL = 50;
const DEFAULT_OWNERS = 20;

/**
 * Shows what the words name: one process or file, or a program with its arguments behind `--`.
 * @returns the exit status of that program, else 0
 */
export async function showMap(
  words: readonly string[],
  isProgram: boolean,
  options: MapOptions,
  output: MapOutput,
): Promise<number> {
  const [first] = words;
  if (first === undefined) throw new UsageError("map what? a process, a file, or -- PROGRAM");
  if (!isProgram && words.length > 1)
    throw new UsageError("a program and its arguments stand behind --");
  const moment = parseMoment(options.moment ?? "end");
  const { space: own, status } = isProgram
    ? await programSpace(words, options.after, moment)
    : { space: readSpace(first, moment), status: 0 };
  const before = options.compare === undefined ? [] : [readSpace(options.compare, moment)];
  const spaces = [...before, own];
  for (const line of options.json === true
    ? [jsonText(spaces.map(spaceData))]
    : mapLines(spaces, options, output))
    output.print(line);
  if (options.svg !== undefined) writeFileSync(options.svg, picture(spaces));
  if (options.html !== undefined) writeFileSync(options.html, page(spaces));
  return status;
}

/** The spaces as text; options name the earlier one: what is shown is judged against it. */
function mapLines(
  spaces: readonly AddressSpace[],
  options: MapOptions,
  { colour, width }: MapOutput,
): readonly string[] {
  const owners = parseCount(options.owners, DEFAULT_OWNERS);
  const [before, own] = spaces;
  return [
    ...spaces.flatMap((space) => [...terminalMap(space, { colour, owners, width }), ""]),
    ...(before !== undefined && own !== undefined ? comparisonLines(before, own) : []),
  ];
}

/** An address space and what is made of it, as data. */
function spaceData(space: AddressSpace) {
  return { ...space, free: freeSpaces(space), owners: holdings(space.mappings) };
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
  if (!/^\d+$/.test(word)) return spaceOf(basename(word), readBytes(word), moment);
  if (!existsSync(`/proc/${word}`)) throw new CommandError(`${word}: no such process`);
  const maps = readBytes(`/proc/${word}/maps`);
  if (maps.length === 0)
    throw new CommandError(
      `process ${word} has no address space: it belongs to the kernel, or has ended`,
    );
  const name = readBytes(`/proc/${word}/comm`).toString().trim();
  return spaceOf(`process ${word} (${name})`, maps, moment);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw asCommandError(error, path);
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

/** An address space, and the exit status of its program. */
interface Ran {
  readonly space: AddressSpace;
  readonly status: number;
}

/** Runs a program under the linker and takes its address space. */
async function programSpace(
  words: readonly string[],
  after: string | undefined,
  moment: Moment,
): Promise<Ran> {
  const [name = "", ...args] = words;
  const plan = planRun(name, args, process.env);
  const title = words.join(" ").replaceAll(/\s+/g, " ");
  return after === undefined
    ? tracedSpace(title, plan, moment)
    : runningSpace(title, plan, Number(after));
}

/** Lets the program run to its end with a trace. */
async function tracedSpace(title: string, plan: RunPlan, moment: Moment): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "wine-ld-map-"));
  const trace = join(folder, "trace");
  try {
    const status = await running(plan, { WINE_LD_TRACE: trace }, () => false);
    return { space: spaceOf(title, readBytes(trace), moment), status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Asks the kernel after so many seconds, or when the program is stopped (^Z), and ends the program. */
async function runningSpace(title: string, plan: RunPlan, seconds: number): Promise<Ran> {
  if (!(seconds >= 0)) throw new UsageError("--after wants a number of seconds");
  const until = Date.now() + seconds * 1000;
  let maps = "";
  const status = await running(plan, {}, (pid) => {
    const now = readIfThere(`/proc/${pid}/maps`);
    maps = now === "" ? maps : now;
    return Date.now() >= until || isStopped(readIfThere(`/proc/${pid}/stat`));
  });
  return { space: spaceOf(title, Buffer.from(maps), "end"), status };
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

/**
 * Runs until the program ends, or until `enough` says so every now and then: then it is ended.
 * @returns its exit status, as a shell has it; 0 where it was ended here
 */
function running(
  plan: RunPlan,
  variables: Readonly<Record<string, string>>,
  enough: (pid: number) => boolean,
): Promise<number> {
  const environment = { ...process.env, ...plan.environment, ...variables };
  return new Promise((resolve, reject) => {
    const child = spawn(plan.linker, plan.args, { stdio: "inherit", env: environment });
    let ended = false;
    const timer = setInterval(() => {
      if (child.pid === undefined || !enough(child.pid)) return;
      ended = true;
      child.kill("SIGKILL");
    }, POLL);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearInterval(timer);
      const bySignal = signal === null ? 0 : 128 + system.signals[signal];
      resolve(ended ? 0 : (code ?? bySignal));
    });
  });
}
