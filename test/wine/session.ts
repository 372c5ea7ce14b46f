/**
 * A wine to test with: the provisioned tree, prefixes for both linkers, an X server of its own. What it starts
 * it ends.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { enclosed } from "../../cli/wine/enclosure.ts";
import type { Preloader } from "../../cli/wine/loader-copy.ts";
import { provisionedWine, type Wine } from "../../cli/wine/locate.ts";
import type { WineRelease } from "../../cli/wine/provision.ts";
import { linkersFor, planWine, startOf } from "../../cli/wine/wine.ts";
import { root } from "../harness/linkers.ts";
import { type Picture, parseDump } from "./screen.ts";

/** Which linker wine's processes have. */
export type Linker = "stock" | "wine-ld";

/** What a program did. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly seconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: what `wine-ld wine` does; the stock linker always has wine's own, or none. */
  readonly preloader?: Preloader;
}

/** A process of a prefix, as the machine sees it. */
export interface SeenProcess {
  readonly pid: string;
  /** Its name, cut after 15 letters. */
  readonly name: string;
  readonly command: string;
  /** When it was started; later ones have more. */
  readonly started: number;
}

const WORK = join(root, ".cache/test/wine");
/** Files of tests run at the same time, each in prefixes of its own. */
const WORKER = Number(process.env["VITEST_POOL_ID"] ?? 1);
/** A display of its own for each process that tests. */
const DISPLAY = `:${100 + (process.pid % 800)}`;
/** The pointer is not the program's: whether it is seen depends on who had the screen before. */
const POINTER = ["-nocursor", "-noreset"];
const SCREEN = ["-screen", "0", "1024x768x24", "-nolisten", "tcp", ...POINTER, "-fbdir"];
/** Long enough for a device of Direct3D on a busy machine. */
const READY_SECONDS = 120;
/** Long enough for the first start, which creates the prefix. */
const PREFIX_SECONDS = 400;

/** Why wine cannot be tested here, or undefined. */
export function whyNoWine(release: WineRelease = "bookworm"): string | undefined {
  const wine = provisionedWine(release);
  if (wine === undefined) {
    return `no wine here: \`wine-ld wine --provision --release ${release}\` fetches one`;
  }
  try {
    linkersFor(wine.root, [...new Set(wine.loaders.map(({ arch }) => arch))]);
  } catch (error) {
    return String(error);
  }
  const probe = spawnSync("unshare", ["--mount", "true"], { stdio: "ignore" });
  return probe.status === 0 ? undefined : "no mount namespaces here: needs root";
}

/** A wine that is not the provisioned one. */
export interface OtherWine {
  readonly wine: Wine;
  /** Its server, as seen inside the tree. Default: that beside the loaders. */
  readonly server?: string;
}

/** A session with one release of wine, or with another wine. */
export class WineSession {
  private server: ChildProcess | undefined;
  private readonly release: WineRelease;
  private readonly label: string;
  private readonly other: OtherWine | undefined;
  /** Folder of the X server's picture. */
  private readonly frames = join(WORK, `screen-${process.pid}`);

  /** @param label tells the prefixes of one session from those of another */
  constructor(
    release: WineRelease = "bookworm",
    label = WORKER > 1 ? `-${WORKER}` : "",
    other?: OtherWine,
  ) {
    this.release = release;
    this.label = label;
    this.other = other;
    mkdirSync(join(WORK, "home"), { recursive: true });
  }

  /** Starts the X server and sees to it that the prefix of `linker` is there. */
  async open(linker: Linker): Promise<void> {
    await this.startServer(linker);
    if (!existsSync(join(this.prefix(linker), "system.reg"))) await this.createPrefix(linker);
  }

  /** Makes the prefix of `linker` new. */
  async createPrefix(linker: Linker): Promise<Outcome> {
    await this.startServer(linker);
    rmSync(this.prefix(linker), { recursive: true, force: true });
    const outcome = await this.run(linker, ["wineboot", "-i"], { seconds: PREFIX_SECONDS });
    await this.wait(linker);
    return outcome;
  }

  /** Ends what was started. */
  async close(): Promise<void> {
    for (const linker of ["stock", "wine-ld"] as const) this.control(linker, "-k");
    this.server?.kill();
    this.server = undefined;
    rmSync(this.frames, { recursive: true, force: true });
  }

  /** What is on the screen. */
  picture(): Picture {
    return parseDump(readFileSync(join(this.frames, "Xvfb_screen0")));
  }

  /** The processes of the prefix, wine's server included, in the order in which they were started. */
  processes(linker: Linker): readonly SeenProcess[] {
    const mark = `\0WINEPREFIX=${this.prefix(linker)}\0`;
    const seen = readdirSync("/proc").flatMap((pid) => {
      try {
        const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, "latin1");
        if (!/^\d+$/.test(pid) || !`\0${read("environ")}`.includes(mark)) return [];
        // The name stands in parentheses; the time is the 20th word behind.
        const [, name = "", rest = ""] = /\((.*)\) (.*)/.exec(read("stat")) ?? [];
        return [{ pid, name, command: read("cmdline"), started: Number(rest.split(" ")[19]) }];
      } catch {
        return []; // ended in this moment
      }
    });
    return seen.sort((a, b) => a.started - b.started || Number(a.pid) - Number(b.pid));
  }

  /** The mappings of a Windows program: of the process with its name that has the most. */
  mapsOf(linker: Linker, program: string): string {
    const found = this.processes(linker)
      .filter(({ command }) => command.includes(basename(program)))
      .map(({ pid }) => mapsOfProcess(pid))
      .filter((maps) => maps.includes("ntdll.so"));
    return found.sort((a, b) => b.length - a.length)[0] ?? "";
  }

  /** Runs a Windows program and waits for its end. Output goes through files: what it started may live on. */
  run(linker: Linker, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const { child, outcome } = this.start(linker, args, options);
    const limit = setTimeout(() => child.kill("SIGKILL"), (options.seconds ?? 120) * 1000);
    return outcome.finally(() => clearTimeout(limit));
  }

  /** Starts a Windows program; its standard input stays open until the caller ends it. */
  start(linker: Linker, args: readonly string[], options: RunOptions = {}) {
    const plan = planWine(this.wine(), args, {
      stock: linker === "stock",
      ...(options.preloader !== undefined && { preloader: options.preloader }),
    });
    const names = ["out", "err"].map((end) =>
      join(WORK, `${process.pid}-${++WineSession.count}.${end}`),
    );
    const files = names.map((name) => openSync(name, "w"));
    const child = spawn(plan.linker, [...plan.args], {
      cwd: WORK,
      stdio: ["pipe", files[0] ?? "ignore", files[1] ?? "ignore"],
      env: { ...this.environment(linker), ...plan.environment, ...options.environment },
    });
    child.stdin?.on("error", () => undefined); // a program that has ended reads no more
    for (const file of files) closeSync(file);
    const read = (name: string | undefined) =>
      readFileSync(name ?? "", "utf8").replaceAll("\r", "");
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (status) => {
        const [stdout = "", stderr = ""] = names.map(read);
        for (const name of names) rmSync(name, { force: true });
        resolve({ status, stdout, stderr });
      });
    });
    const output = () => read(names[0]);
    return {
      child,
      outcome,
      output,
      /** Waits until the program prints `ready=1`, as those do that then wait for a line. */
      ready: async () => {
        const end = Date.now() + READY_SECONDS * 1000;
        while (!output().includes("ready=1")) {
          if (Date.now() > end) throw new Error(`${args.join(" ")} does not get ready`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      /** Gives it that line, and waits for its end. */
      finish: () => {
        child.stdin?.end("\n");
        return outcome;
      },
    };
  }

  /** The words that start wine, inside the tree. */
  command(linker: Linker, args: readonly string[], preloader?: Preloader): readonly string[] {
    const options = { stock: linker === "stock", ...(preloader && { preloader }) };
    const loader = planWine(this.wine(), [], options).environment?.["WINELOADER"] ?? "";
    const start = startOf(dirname(loader), basename(loader), args, options);
    const variables = Object.entries(start.environment).map(([name, value]) => `${name}=${value}`);
    return ["/usr/bin/env", ...variables, start.command, ...start.args];
  }

  /** Runs a program of this machine inside the tree, with the prefix of `linker`; its standard output. */
  inside(linker: Linker, command: string, args: readonly string[], seconds = 120): string {
    const plan = enclosed(this.wine().root, WORK, { command, args });
    const { stdout } = spawnSync(plan.command, [...plan.args], {
      encoding: "utf8",
      env: this.environment(linker),
      timeout: seconds * 1000,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return stdout;
  }

  /** Waits until all of the prefix's programs have ended. */
  async wait(linker: Linker): Promise<void> {
    this.control(linker, "-w");
  }

  private static count = 0;

  private async startServer(linker: Linker): Promise<void> {
    if (this.server !== undefined) return;
    mkdirSync(this.frames, { recursive: true });
    const server = { command: "Xvfb", args: [DISPLAY, ...SCREEN, this.frames] };
    const plan = enclosed(this.wine().root, "/", server);
    this.server = spawn(plan.command, [...plan.args], {
      stdio: "ignore",
      env: this.environment(linker),
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }

  private control(linker: Linker, option: string): void {
    const wine = this.wine();
    const command = this.other?.server ?? join(wine.folder, "wineserver");
    const plan = enclosed(wine.root, "/", { command, args: [option] });
    spawnSync(plan.command, [...plan.args], { env: this.environment(linker), timeout: 60_000 });
  }

  private wine() {
    const wine = this.other?.wine ?? provisionedWine(this.release);
    if (wine === undefined) throw new Error(whyNoWine(this.release));
    return wine;
  }

  /** The folder of the prefix of `linker`. */
  prefix(linker: Linker): string {
    return join(WORK, `prefix-${this.release}-${linker}${this.label}`);
  }

  private environment(linker: Linker): NodeJS.ProcessEnv {
    return {
      PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      HOME: join(WORK, "home"),
      XDG_CACHE_HOME: join(WORK, "cache"),
      WINEPREFIX: this.prefix(linker),
      WINEDEBUG: "fixme-all",
      LANG: "C.UTF-8",
      DISPLAY,
    };
  }
}

/** The text of /proc/PID/maps; empty for a process that has ended. */
export function mapsOfProcess(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch {
    return "";
  }
}

/** What wine says that does not depend on the program: the machine's own name has no address, it has no bluetooth. */
const OF_THE_MACHINE = /winediag:getaddrinfo|ole:start_rpcss|ntoskrnl:ZwLoadDriver .*winebth/;

/** The errors that wine reports, without what differs from run to run. */
function errors({ stderr }: Pick<Outcome, "stderr">): readonly string[] {
  const lines = stderr.split("\n").filter((line) => line.includes(":err:"));
  return lines
    .filter((line) => !OF_THE_MACHINE.test(line))
    .map((line) => line.replace(/^[0-9a-f]+:/, "").replaceAll(/\b[0-9A-F]{8,16}\b/g, "ADDRESS"));
}

/**
 * The errors under ours that are none under the system's linker. Not all that are there are there each time (wine gives
 * up on a service that starts slowly), but new ones must not come.
 */
export function newErrors(
  ours: Pick<Outcome, "stderr">,
  stock: Pick<Outcome, "stderr">,
): readonly string[] {
  const known = new Set(errors(stock));
  return errors(ours).filter((line) => !known.has(line));
}

/** The standard output without times. */
export function untimed({ stdout }: Pick<Outcome, "stdout">): string {
  return stdout.replaceAll(/^ms=.*\n/gm, "");
}

/** The values of `name=value` lines; of a name that occurs again the last. */
export function values(stdout: string): ReadonlyMap<string, string> {
  const found = stdout.split("\n").flatMap((line) => {
    const at = line.indexOf("=");
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return new Map(found);
}
