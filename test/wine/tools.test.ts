/**
 * wine's own tools, Vulkan, and what can be seen of wine's processes from outside, under the system's linker
 * and ours. `WINE_LD_STARTS=2000` makes the row of starts as long as the figure asks for.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { CONFORMANCE, conformanceTests } from "./conformance/build.ts";
import { parseMaps } from "./figures.ts";
import { windowsProgram } from "./programs.ts";
import { type Linker, newErrors, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED wine's tools: ${missing}`);
const lavapipe = ["i386", "x86_64"].every((arch) =>
  existsSync(join(provisionedTree(), `usr/lib/${arch}-linux-gnu/libvulkan_lvp.so`)),
);
if (!lavapipe) console.warn("SKIPPED Vulkan: no lavapipe in the tree");

const conformance = conformanceTests();
if (conformance.length === 0) {
  console.warn("SKIPPED wine's conformance tests: see test/wine/conformance/build.ts");
}

const MINUTES = 60_000;
const WORK = join(root, ".cache/test/wine");
const both = ["stock", "wine-ld"] as const;
/** Where native things of a 64-bit process begin. */
const NATIVE = 0x700100000000;
const STARTS = Number(process.env["WINE_LD_STARTS"] ?? 20);

function watcher(): string {
  const path = join(root, ".cache/test/watch");
  execFileSync("gcc", ["-O1", "-o", path, join(root, "test/space/watch.c")]);
  return path;
}

describe.skipIf(missing !== undefined)("wine", () => {
  const session = new WineSession();
  beforeAll(async () => {
    mkdirSync(WORK, { recursive: true });
    for (const linker of both) await session.open(linker);
  }, 10 * MINUTES);
  afterAll(() => session.close());

  it(
    "imports into the registry and exports from it",
    async () => {
      const key = "HKEY_CURRENT_USER\\Software\\wine-ld test";
      const text = `REGEDIT4\n\n[${key}]\n"name"="value"\n"number"=dword:0000002a\n`;
      const exported = async (linker: Linker) => {
        const [input, output] = ["in.reg", `${linker}.reg`].map((name) => join(WORK, name));
        writeFileSync(input ?? "", text);
        rmSync(output ?? "", { force: true });
        const outcomes = [
          await session.run(linker, ["regedit", `Z:${input}`]),
          await session.run(linker, ["regedit", "/E", `Z:${output}`, key]),
        ];
        return {
          said: outcomes.map(({ status, stdout }) => ({ status, stdout })),
          stderr: outcomes.map(({ stderr }) => stderr).join(""),
          text: readFileSync(output ?? "", "utf16le"),
        };
      };
      const ours = await exported("wine-ld");
      expect(ours.text).toContain('"number"=dword:0000002a');
      const stock = await exported("stock");
      expect(ours).toEqual({ ...stock, stderr: ours.stderr });
      expect(newErrors(ours, stock)).toEqual([]);
    },
    3 * MINUTES,
  );

  it(
    "wineboot makes the same prefix",
    async () => {
      const fresh = new WineSession("bookworm", "-new");
      const made = async (linker: Linker) => {
        const outcome = await fresh.createPrefix(linker);
        const drive = join(fresh.prefix(linker), "drive_c");
        const entries = readdirSync(drive, { recursive: true, withFileTypes: true });
        const keys = ["system.reg", "user.reg"].flatMap(
          (name) =>
            readFileSync(join(fresh.prefix(linker), name), "latin1").match(/^\[[^\n]*\]/gm) ?? [],
        );
        return {
          status: outcome.status,
          stderr: outcome.stderr,
          files: entries.map((entry) => relative(drive, join(entry.parentPath, entry.name))).sort(),
          keys: keys.sort(),
        };
      };
      try {
        const ours = await made("wine-ld");
        expect(ours.status).toBe(0);
        expect(ours.files).toContain("windows/syswow64/ntdll.dll");
        expect(ours.keys.length).toBeGreaterThan(1000);
        const stock = await made("stock");
        expect(ours).toEqual({ ...stock, stderr: ours.stderr });
        expect(newErrors(ours, stock)).toEqual([]);
      } finally {
        await fresh.close();
      }
    },
    10 * MINUTES,
  );

  it.skipIf(!lavapipe).each(["32", "64"] as const)(
    "Vulkan over lavapipe, %s bits, does the same",
    async (bits) => {
      const program = windowsProgram("vulkan.c", bits);
      const ours = await session.run("wine-ld", [program]);
      const stock = await session.run("stock", [program]);
      expect(ours.stdout).toBe(stock.stdout);
      expect(ours.stdout).toContain("byte=5a");
      expect(ours.status).toBe(0);
    },
    3 * MINUTES,
  );

  it.each(["32", "64"] as const)(
    "no call of the mmap family comes from outside the linker, %s bits",
    async (bits) => {
      // The server and its services must not be children of the watched program.
      const keeper = session.start("wine-ld", [windowsProgram("wait.c", "64")]);
      while (!keeper.output().includes("ready=1")) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const command = session.command("wine-ld", [windowsProgram("threads.c", bits)]);
      const preloader = command.find((word) => word.endsWith("-preloader")) ?? "";
      const name = bits === "32" ? "wine-preloader" : "wine64-preloader";
      const report = join(WORK, `watch-${bits}`);
      const script = 'report=$1; shift; "$@" >/dev/null 2>"$report"; true';
      const linker = join(dirname(preloader), name);
      const words = ["-c", script, "sh", report, watcher(), linker, ...command];
      expect(basename(preloader)).toBe("wine-preloader");
      session.inside("wine-ld", "/bin/sh", words, 100);
      keeper.child.stdin?.end("\n");
      await keeper.outcome;
      expect(readFileSync(report, "utf8")).toMatch(/watch: \d+ calls, 0 from outside the linker/);
    },
    3 * MINUTES,
  );

  it.each(conformance)(
    "wine's own test %s fails in nothing that succeeds under the system's linker",
    async (name) => {
      const failures = async (linker: Linker) => {
        const { status, stdout } = await session.run(linker, [join(CONFORMANCE, name)]);
        const lines = stdout.split("\n").filter((line) => line.includes("Test failed"));
        // Addresses and thread numbers are not the same twice: a failure is its line of source.
        return {
          status,
          places: new Set(lines.map((line) => line.replace(/: Test failed.*/, ""))),
        };
      };
      const ours = await failures("wine-ld");
      if (ours.status === 0) return;
      expect(ours.places.size, `status ${ours.status}`).toBeGreaterThan(0);
      const stock = await failures("stock");
      expect([...ours.places].filter((place) => !stock.places.has(place))).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    `${STARTS} starts, 64 bits: every library is where natives belong`,
    async () => {
      // Or wine's services would be started each time.
      const keeper = session.start("wine-ld", [windowsProgram("wait.c", "32")]);
      for (let i = 0; i < STARTS; ++i) {
        const running = session.start("wine-ld", [windowsProgram("wait.c", "64")]);
        while (!running.output().includes("ready=1")) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        const maps = parseMaps(session.mapsOf("wine-ld", "wait-64"));
        const natives = maps.filter(({ path }) => /\.so(\.\d+)*$|-preloader$/.test(path));
        running.child.stdin?.end("\n");
        await running.outcome;
        expect(natives.map(({ path }) => basename(path))).toEqual(
          expect.arrayContaining(["ntdll.so", "libc.so.6", "wine64-preloader"]),
        );
        expect(natives.filter(({ start }) => start < NATIVE)).toEqual([]);
      }
      keeper.child.stdin?.end("\n");
      await keeper.outcome;
    },
    STARTS * 3000 + MINUTES,
  );
});
