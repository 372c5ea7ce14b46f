/**
 * `wine-ld wine --compare GAME.exe`: the same program under the stock linker and under ours, one after the other, and
 * both address spaces side by side, each at the moment when most was mapped.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { CommandError, UsageError } from "../command-error.ts";
import type { RunPlan } from "../run.ts";
import { page, picture } from "../space/picture.ts";
import { sizeText } from "../space/quantities.ts";
import { terminalMap } from "../space/terminal-map.ts";
import { kindText, windowsFileAt } from "./check.ts";
import { pathsOutside } from "./enclosure.ts";
import { type ProcessSpace, processSpace, type Room, roomOf } from "./room.ts";

/** What may be said on the command line. */
export interface CompareOptions {
  /** Seconds after which the program is ended; without, it runs to its end. */
  readonly after?: string;
  readonly html?: string;
  readonly svg?: string;
}

/** A program at one moment. */
interface Look {
  readonly name: string;
  /** Bytes that are mapped and can be accessed. */
  readonly mapped: number;
  readonly smaps: string;
  /** As `check` says it, where the file can be read. */
  readonly kind: string;
  /** The end of what it can be given. */
  readonly limit: number;
}

/** Where output goes. */
export interface CompareOutput {
  readonly colour: boolean;
  readonly print: (line: string) => void;
  /** For what is not the result. */
  readonly tell: (line: string) => void;
}

const GiB = 2 ** 30;
/** Programs may end at once: until one is seen, and a second longer, there is hardly a pause between two looks. */
const FIRST = { unseen: 60_000, seen: 1000 };
/** One that ended before it was seen is run so many times. */
const ATTEMPTS = 3;
const PAUSE = 100;
/** Other processes are searched for this often, in milliseconds. */
const SEARCH = 2000;
/** Looking takes no more than one part in so many of the time. */
const SHARE = 10;
/** The variable that marks the processes of one run. */
const MARK = "WINE_LD_COMPARED";
/** What wine starts by itself, and in place of a program that it does not find. */
const SERVICES =
  /^(services|explorer|plugplay|winedevice|svchost|rpcss|wineboot|start|conhost|rundll32|winemenubuilder|winedbg)\.exe$/i;
const OWNERS = 5;

/** Runs the program twice and shows both; `plan` tells how, inside of `root`. Returns the exit status that ours had. */
export async function compare(
  root: string,
  plan: (stock: boolean) => RunPlan,
  options: CompareOptions,
  output: CompareOutput,
): Promise<number> {
  const seconds = options.after === undefined ? undefined : Number(options.after);
  if (seconds !== undefined && !(seconds > 0))
    throw new UsageError("--after wants a number of seconds");
  const seen: { readonly title: string; readonly look: Look; readonly status: number }[] = [];
  for (const stock of [true, false]) {
    const title = stock ? "stock wine" : "wine-ld";
    output.tell(`wine-ld: ${stock ? "first" : "now"} under ${title}`);
    let { look, status, lived } = await watched(plan(stock), seconds, root);
    for (
      let attempt = 1;
      look === undefined && lived < FIRST.unseen && attempt < ATTEMPTS;
      ++attempt
    )
      ({ look, status, lived } = await watched(plan(stock), seconds, root));
    if (look === undefined)
      throw new CommandError(
        `under ${title} no Windows program was seen (exit status ${status}): is it one that wine can start?`,
      );
    seen.push({ title: `${look.name}, ${title}`, look, status });
  }
  const spaces = seen.map(({ title, look }) => processSpace(title, look.smaps));
  for (const space of spaces) {
    for (const line of [...terminalMap(space, { colour: output.colour, owners: OWNERS }), ""])
      output.print(line);
  }
  const figures = comparisonTable(
    seen.map(({ look }) => look),
    spaces,
  );
  for (const line of figures) output.print(line);
  if (options.svg !== undefined) writeFileSync(options.svg, picture(spaces, figures));
  if (options.html !== undefined) writeFileSync(options.html, page(spaces, figures));
  return seen.at(-1)?.status ?? 0;
}

/** The figures side by side. */
export function comparisonTable(
  looks: readonly Pick<Look, "name" | "kind" | "limit">[],
  spaces: readonly ProcessSpace[],
): readonly string[] {
  const rooms = spaces.map((space, index) => roomOf(space, looks[index]?.limit ?? 4 * GiB));
  const row = (name: string, value: (room: Room) => number) =>
    `${name.padEnd(40)}${rooms.map((room) => sizeText(value(room)).padStart(14)).join("")}`;
  const limits = [...new Set(looks.map(({ limit }) => sizeText(limit)))].join(" and ");
  const kinds = [...new Set(looks.map(({ name, kind }) => `${name}: ${kind}`))];
  return [
    ...kinds,
    `${"".padEnd(40)}${["stock wine", "wine-ld"].map((title) => title.padStart(14)).join("")}`,
    row("native below 2 GiB", ({ nativeBelow2GiB }) => nativeBelow2GiB),
    row(`VirtualAlloc could still give (${limits})`, ({ free }) => free),
    row("the largest block of that", ({ largest }) => largest),
  ];
}

/** Runs a plan, looking at its processes. */
async function watched(
  plan: RunPlan,
  seconds: number | undefined,
  root: string,
): Promise<{ readonly look: Look | undefined; readonly status: number; readonly lived: number }> {
  const mark = `${process.pid}-${Date.now()}`;
  const child = spawn(plan.linker, plan.args, {
    stdio: "inherit",
    env: { ...process.env, ...plan.environment, [MARK]: mark },
  });
  const ended = ending(child);
  let running = true;
  let look: Look | undefined;
  let pids: readonly string[] = [];
  void ended.then(() => {
    running = false;
  });
  const began = Date.now();
  let searched = began;
  let quickUntil = began + FIRST.unseen;
  while (running) {
    const now = Date.now();
    if (now - searched >= SEARCH) [pids, searched] = [marked(mark), now];
    const before = look;
    for (const pid of new Set([String(child.pid), ...pids])) look = better(look, pid, root);
    if (before === undefined && look !== undefined) quickUntil = now + FIRST.seen;
    if (seconds !== undefined && now - began >= seconds * 1000)
      endAll(new Set([String(child.pid), ...marked(mark)]));
    const pause = now < quickUntil ? 0 : Math.max(PAUSE, SHARE * (Date.now() - now));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return { look, status: await ended, lived: Date.now() - began };
}

/** The look at a process, if as much is mapped in it as in what was seen before. */
function better(before: Look | undefined, pid: string, root: string): Look | undefined {
  const maps = textOf(`/proc/${pid}/maps`);
  const path = programIn(maps);
  const name = path?.replace(/^.*\//, "") ?? "";
  if (path === undefined || SERVICES.test(name)) return before;
  if (before !== undefined && mappedIn(maps) < before.mapped) return before;
  const smaps = textOf(`/proc/${pid}/smaps`);
  // It may have ended in between.
  if (programIn(smaps) === undefined) return before;
  return { name, mapped: mappedIn(smaps), smaps, ...programAt(pathsOutside(root, path)) };
}

/** The path of the Windows program that is mapped: the first that is no library. */
function programIn(maps: string): string | undefined {
  return /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ +(\/.*\.exe)$/im.exec(maps)?.[1];
}

function mappedIn(maps: string): number {
  let sum = 0;
  for (const [, start = "", end = ""] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) (?!---)/gm))
    sum += Number.parseInt(end, 16) - Number.parseInt(start, 16);
  return sum;
}

/** What kind of program one of these files is. */
function programAt(paths: readonly string[]): Pick<Look, "kind" | "limit"> {
  try {
    const program = windowsFileAt(paths.find((path) => existsSync(path)) ?? "");
    const small = program.kind === "pe" && program.bits === 32 && !program.largeAddressAware;
    return { kind: kindText(program), limit: small ? 2 * GiB : 4 * GiB };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { kind: "its file cannot be read, so taken for one of 2 GiB", limit: 2 * GiB };
  }
}

/** The processes of a run. */
function marked(mark: string): readonly string[] {
  const wanted = `\0${MARK}=${mark}\0`;
  return readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && `\0${textOf(`/proc/${pid}/environ`)}`.includes(wanted),
  );
}

function endAll(pids: Iterable<string>): void {
  for (const pid of pids) {
    if (SERVICES.test(programIn(textOf(`/proc/${pid}/maps`))?.replace(/^.*\//, "") ?? "")) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // ended by itself
    }
  }
}

/** Of a process that ends in this moment there is nothing to read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function ending(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => resolve(status ?? 1));
  });
}
