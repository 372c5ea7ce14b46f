/**
 * A package that is installed and removed, and a debugger, with each release of wine: under the system's linker and
 * ours.
 */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../harness/linkers.ts";
import { windowsProgram } from "./programs.ts";
import { type Linker, newErrors, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const WORK = join(root, ".cache/test/wine");
const both = ["stock", "wine-ld"] as const;

/** What the package of package.c, which is for 32 bits, installs. */
const PACKAGE_KEY = "wine-ld package";
const PACKAGE_FOLDER = "Program Files (x86)/wine-ld package";

/** How a debugger names the linker, ours and glibc's, and what differs for its sake. */
const isLinker = (name: string | undefined) => /^(ld-|ld$|<wine|wine)/.test(name ?? "");

describe.each([
  { release: "bookworm", bits: "32", software: "HKLM\\Software" },
  { release: "trixie", bits: "64", software: "HKLM\\Software\\Wow6432Node" },
] as const)("wine of $release", ({ release, bits, software }) => {
  const missing = whyNoWine(release);
  if (missing !== undefined) console.warn(`SKIPPED package and debugger: ${missing}`);

  describe.skipIf(missing !== undefined)("its tools", () => {
    const session = new WineSession(release);
    beforeAll(async () => {
      mkdirSync(WORK, { recursive: true });
      for (const linker of both) await session.open(linker);
    }, 10 * MINUTES);
    afterAll(() => session.close());

    it(
      "msiexec installs a package and removes it",
      async () => {
        const done = async (linker: Linker) => {
          const folder = join(WORK, `package-${linker}`);
          mkdirSync(folder, { recursive: true });
          const made = await session.run(linker, [
            windowsProgram("package.c", bits),
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
          for (let i = 0; i < 150 && !running.output().includes("ready=1"); ++i) {
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
          const list = await session.run(linker, ["winedbg", "--command", "info proc"]);
          const id = /([0-9a-f]{8}) .*wait-64/.exec(list.stdout)?.[1] ?? "";
          const winedbg = session.start(linker, ["winedbg"]);
          winedbg.child.stdin?.end(`attach 0x${id}\nbt\ninfo share\ndetach\nquit\n`);
          const { stdout } = await winedbg.outcome;
          running.child.stdin?.end("\n");
          await running.outcome;
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
