/**
 * wine 10 (Debian trixie), 64 bit: the same as under the system's linker, and where its processes' mappings lie.
 * It needs `wine-ld wine --provision --release trixie` and a linker for that release's glibc.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRELOADERS } from "../../cli/wine/loader-copy.ts";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { FIGURES, reaches } from "./figures.ts";
import { misplaced, processesOf } from "./processes.ts";
import { windowsProgram } from "./programs.ts";
import {
  type Linker,
  newErrors,
  type RunOptions,
  untimed,
  WineSession,
  whyNoWine,
} from "./session.ts";

const missing = whyNoWine("trixie");
if (missing !== undefined) console.warn(`SKIPPED wine 10: ${missing}`);
console.warn("SKIPPED wine 10, 32 bits: the provisioned tree has no i386 packages of that release");
const lavapipe = existsSync(
  join(provisionedTree("trixie"), "usr/lib/x86_64-linux-gnu/libvulkan_lvp.so"),
);
if (!lavapipe) console.warn("SKIPPED wine 10, Vulkan: no lavapipe in the tree");

const MINUTES = 60_000;
const WORK = join(root, ".cache/test/wine");
const STARTS = Number(process.env["WINE_LD_STARTS"] ?? 20);
const both = ["stock", "wine-ld"] as const;

describe.skipIf(missing !== undefined)("wine 10", () => {
  const session = new WineSession("trixie");
  beforeAll(async () => {
    for (const linker of both) await session.open(linker);
  }, 10 * MINUTES);
  afterAll(() => session.close());

  /** Runs a program under both linkers and compares all that can be. */
  async function compare(args: readonly string[], options: RunOptions = {}) {
    const stock = await session.run("stock", args, options);
    const ours = await session.run("wine-ld", args, options);
    expect(untimed(ours)).toBe(untimed(stock));
    expect(ours.status).toBe(stock.status);
    expect(newErrors(ours, stock)).toEqual([]);
    return ours;
  }

  /** Starts the program that waits, shows it to `look`, and ends it. */
  async function whileWaiting<T>(
    look: () => T,
    options: RunOptions = {},
    args = [windowsProgram("wait.c", "64")],
  ): Promise<T> {
    const running = session.start("wine-ld", args, options);
    for (let i = 0; i < 3000 && !running.output().includes("ready=1"); ++i) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const seen = look();
    running.child.stdin?.end("\n");
    await running.outcome;
    return seen;
  }

  it(
    "says its version",
    async () => {
      expect((await compare(["--version"])).stdout).toMatch(/^wine-10\./);
      expect((await compare(["cmd", "/c", "ver"])).stdout).toContain("Microsoft Windows");
    },
    2 * MINUTES,
  );

  it(
    "makes the same prefix",
    async () => {
      const fresh = new WineSession("trixie", "-fresh");
      const made = async (linker: Linker) => {
        const outcome = await fresh.createPrefix(linker);
        const folder = fresh.prefix(linker);
        const list = execFileSync("find", [folder, "-printf", "%P\n"], { encoding: "utf8" });
        const files = list.split("\n").sort();
        const keys = readFileSync(join(folder, "system.reg"), "utf8").match(/^\[.*\]/gm) ?? [];
        return { outcome, files, keys: keys.sort() };
      };
      try {
        const stock = await made("stock");
        const ours = await made("wine-ld");
        expect(ours.outcome.status).toBe(0);
        expect(ours.files).toEqual(stock.files);
        expect(ours.files.length).toBeGreaterThan(500);
        expect(ours.keys).toEqual(stock.keys);
        expect(newErrors(ours.outcome, stock.outcome)).toEqual([]);
      } finally {
        await fresh.close();
      }
    },
    6 * MINUTES,
  );

  const programs: readonly (readonly [string, ...string[]])[] = [
    ["hello.c", "an argument"],
    ["threads.c"],
    ["exceptions.cc"],
    ["opengl.c"],
    ["textures.c", "mixed", "100", "3"],
    ["space.c", "topdown"],
  ];
  it.each(programs.map((words) => [words]))(
    "%j does the same",
    async ([source, ...args]) => {
      const ours = await compare([windowsProgram(source, "64"), ...args]);
      expect(ours.stdout).not.toBe("");
    },
    3 * MINUTES,
  );

  it.skipIf(!lavapipe)(
    "Vulkan over lavapipe does the same",
    async () => {
      expect((await compare([windowsProgram("vulkan.c", "64")])).stdout).toContain("byte=5a");
    },
    2 * MINUTES,
  );

  it(
    "imports into the registry and exports from it",
    async () => {
      const key = "HKEY_CURRENT_USER\\Software\\wine-ld test";
      const input = join(WORK, "wine10.reg");
      writeFileSync(input, `REGEDIT4\n\n[${key}]\n"name"="value"\n"number"=dword:0000002a\n`);
      const exported = async (linker: Linker) => {
        const output = join(WORK, `wine10-${linker}.reg`);
        rmSync(output, { force: true });
        await session.run(linker, ["regedit", `Z:${input}`]);
        await session.run(linker, ["regedit", "/E", `Z:${output}`, key]);
        return readFileSync(output, "utf16le");
      };
      const ours = await exported("wine-ld");
      expect(ours).toContain('"number"=dword:0000002a');
      expect(ours).toBe(await exported("stock"));
    },
    3 * MINUTES,
  );

  it.each(PRELOADERS)(
    "with %s in the preloader's place, all processes have the linker and nothing native is low",
    async (preloader) => {
      await session.wait("wine-ld");
      const args = ["cmd", "/c", windowsProgram("wait.c", "64")];
      const look = () => processesOf(session.prefix("wine-ld"));
      const processes = await whileWaiting(look, { preloader }, args);
      expect(processes.length).toBeGreaterThan(4);
      for (const found of processes) {
        const paths = found.maps.map(({ path }) => path);
        const theirs = paths.filter((path) => path.startsWith("/usr/") && /\/ld-linux/.test(path));
        expect(theirs, found.command).toEqual([]);
        expect(misplaced(found), found.command).toEqual([]);
      }
    },
    2 * MINUTES,
  );

  it.each(FIGURES.filter(({ name }) => name.includes("64 bit")))(
    "$name",
    async (figure) => {
      expect(reaches(figure, await figure.measure(session, "wine-ld"))).toBe(true);
    },
    3 * MINUTES,
  );

  it(
    `${STARTS} starts: every library is where natives belong`,
    async () => {
      for (let i = 0; i < STARTS; ++i) {
        const found = await whileWaiting(() => processesOf(session.prefix("wine-ld")));
        expect(found.some(({ command }) => command.includes("wait-64"))).toBe(true);
        expect(found.flatMap(misplaced)).toEqual([]);
      }
    },
    STARTS * 3000 + MINUTES,
  );
});
