/**
 * What every release of wine has to do, under the system's linker and ours: registry, a new prefix, Vulkan, a package,
 * a debugger, many starts. `WINE_LD_STARTS=2000` makes the row of starts as long as the figure asks for.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { parseMaps } from "./figures.ts";
import { misplaced } from "./processes.ts";
import { windowsProgram } from "./programs.ts";
import { type Linker, newErrors, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const WORK = join(root, ".cache/test/wine");
const both = ["stock", "wine-ld"] as const;
const STARTS = Number(process.env["WINE_LD_STARTS"] ?? 20);

/** What the package of package.c, which is for 32 bits, installs. */
const PACKAGE_KEY = "wine-ld package";
const PACKAGE_FOLDER = "Program Files (x86)/wine-ld package";

/** How a debugger names the linker, ours and glibc's, and what differs for its sake. */
const isLinker = (name: string | undefined) => /^(ld-|ld$|<wine|wine)/.test(name ?? "");

describe.each([
  { release: "bookworm", bits: ["32", "64"], software: "HKLM\\Software", library: "syswow64" },
  {
    release: "trixie",
    bits: ["64"],
    software: "HKLM\\Software\\Wow6432Node",
    library: "system32",
  },
] as const)("wine of $release", ({ release, bits, software, library }) => {
  const missing = whyNoWine(release);
  if (missing !== undefined) console.warn(`SKIPPED what each wine has to do: ${missing}`);
  const lavapipe = bits.every((word) =>
    existsSync(
      join(
        provisionedTree(release),
        `usr/lib/${word === "32" ? "i386" : "x86_64"}-linux-gnu/libvulkan_lvp.so`,
      ),
    ),
  );
  if (!lavapipe) console.warn(`SKIPPED Vulkan: no lavapipe in the tree of ${release}`);

  describe.skipIf(missing !== undefined)("does the same", () => {
    const session = new WineSession(release);
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
        const fresh = new WineSession(release, "-new");
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
            files: entries
              .map((entry) => relative(drive, join(entry.parentPath, entry.name)))
              .sort(),
            keys: keys.sort(),
          };
        };
        try {
          const ours = await made("wine-ld");
          expect(ours.status).toBe(0);
          expect(ours.files).toContain(`windows/${library}/ntdll.dll`);
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

    it.skipIf(!lavapipe).each(bits)(
      "Vulkan over lavapipe, %s bits, does the same",
      async (word) => {
        const program = windowsProgram("vulkan.c", word);
        const ours = await session.run("wine-ld", [program]);
        const stock = await session.run("stock", [program]);
        expect(ours.stdout).toBe(stock.stdout);
        expect(ours.stdout).toContain("byte=5a");
        expect(ours.status).toBe(0);
        expect(newErrors(ours, stock)).toEqual([]);
      },
      3 * MINUTES,
    );

    it(
      `${STARTS} starts, 64 bits: every library is where natives belong`,
      async () => {
        // Or wine's services would be started each time.
        const keeper = session.start("wine-ld", [windowsProgram("wait.c", bits[0])]);
        for (let i = 0; i < STARTS; ++i) {
          const running = session.start("wine-ld", [windowsProgram("wait.c", "64")]);
          await running.ready();
          const maps = parseMaps(session.mapsOf("wine-ld", "wait-64"));
          await running.finish();
          expect(maps.map(({ path }) => basename(path))).toEqual(
            expect.arrayContaining(["ntdll.so", "libc.so.6", "wine64-preloader"]),
          );
          expect(misplaced({ maps })).toEqual([]);
        }
        await keeper.finish();
      },
      STARTS * 3000 + MINUTES,
    );

    it(
      "msiexec installs a package and removes it",
      async () => {
        const done = async (linker: Linker) => {
          const folder = join(WORK, `package-${linker}`);
          mkdirSync(folder, { recursive: true });
          const made = await session.run(linker, [
            windowsProgram("package.c", bits[0]),
            `Z:${folder}`,
          ]);
          let stderr = "";
          const outcomeOf = async (option: string) => {
            const words = ["msiexec", option, `Z:${folder}/package.msi`, "/qn"];
            const outcome = await session.run(linker, words);
            stderr += outcome.stderr;
            const registry = await session.run(linker, [
              "reg",
              "query",
              `${software}\\${PACKAGE_KEY}`,
            ]);
            const file = join(session.prefix(linker), "drive_c", PACKAGE_FOLDER, "payload.txt");
            return {
              status: outcome.status,
              registry: registry.stdout,
              text: existsSync(file) ? readFileSync(file, "utf8") : undefined,
              folder: existsSync(dirname(file)),
            };
          };
          const [installed, removed] = [await outcomeOf("/i"), await outcomeOf("/x")];
          return { made: made.stdout, installed, removed, stderr };
        };
        const ours = await done("wine-ld");
        expect(ours.made).toBe("made=1\n");
        expect(ours.installed).toMatchObject({ status: 0, text: "installed by a package\r\n" });
        expect(ours.installed.registry).toMatch(/number +REG_DWORD +0x2a/);
        expect(ours.installed.registry).toContain("C:\\Program Files (x86)\\wine-ld package\\");
        expect(ours.removed).toMatchObject({ status: 0, text: undefined, folder: false });
        expect(ours.removed.registry).not.toContain("REG_");
        const stock = await done("stock");
        expect(ours).toEqual({ ...stock, stderr: ours.stderr });
        expect(newErrors(ours, stock)).toEqual([]);
      },
      3 * MINUTES,
    );

    it(
      "winedbg attaches and shows the same frames and native modules",
      async () => {
        const seen = async (linker: Linker) => {
          const running = session.start(linker, [windowsProgram("wait.c", "64")]);
          await running.ready();
          const list = await session.run(linker, ["winedbg", "--command", "info proc"]);
          const id = /([0-9a-f]{8}) .*wait-64/.exec(list.stdout)?.[1] ?? "";
          const winedbg = session.start(linker, ["winedbg"]);
          winedbg.child.stdin?.end(`attach 0x${id}\nbt\ninfo share\ndetach\nquit\n`);
          const { stdout } = await winedbg.outcome;
          await running.finish();
          return stdout;
        };
        const ours = await seen("wine-ld");
        const stock = await seen("stock");
        const frames = (text: string) =>
          [...text.matchAll(/^(?:=>| +)(\d+) 0x[0-9a-f]+ (\S+)/gm)].map(([, at, name]) => [
            at,
            name,
          ]);
        const natives = (text: string) =>
          [...text.matchAll(/^ELF[^\n]*[ \t](\S+)$/gm)].map(([, name]) => name).sort();
        expect(frames(ours).length).toBeGreaterThan(2);
        expect(frames(ours)).toEqual(frames(stock));
        expect(natives(ours).join(" ")).toContain("ntdll");
        expect(natives(ours).filter((name) => !isLinker(name))).toEqual(
          natives(stock).filter((name) => !isLinker(name)),
        );
      },
      4 * MINUTES,
    );
  });
});
