/** `wine-ld wine --compare`: what it tells of a program under both linkers, held against what the program itself can get. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processSpace, roomOf } from "../../cli/wine/room.ts";
import { wine } from "../../cli/wine/wine.ts";
import { root } from "../harness/linkers.ts";
import { windowsProgram } from "./programs.ts";
import { WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const MiB = 2 ** 20;

/** A list as /proc/PID/smaps has it, of "range permissions name" and flags. */
function smaps(...lines: readonly (readonly [string, string])[]): string {
  return lines
    .map(([line, flags]) => {
      const [range, permissions, name = ""] = line.split(" ");
      return `${range} ${permissions} 00000000 00:00 ${name === "" ? 0 : 7}  ${name}\nSize: 4 kB\nVmFlags: ${flags}\n`;
    })
    .join("");
}

describe("the room in a process", () => {
  const space = processSpace(
    "game",
    smaps(
      ["00010000-00110000 rw-p", "rd wr mr mw me"],
      ["00110000-20000000 ---p", "mr mw me nr"], // kept by wine
      ["20000000-30000000 ---p", "mr mw me"], // reserved by the program
      ["30010000-30020000 rw-p", "rd wr mr mw me"], // the program's
      ["40001000-40003000 r-xp /usr/lib/libGL.so", "rd ex mr mw me"],
      ["40003000-40010000 rw-p", "rd wr mr mw me"], // its data
      ["40020000-40030000 r-xp /games/game.exe", "rd ex mr mw me"],
      ["50001000-50041000 rw-p", "rd wr mr mw me"], // malloc's
      ["50041000-50100000 ---p", "mr mw me nr"], // the rest of its arena
      ["60000000-7fff0000 rw-p", "rd wr mr mw me"],
      ["90001000-90002000 r-xp /usr/lib/libc.so.6", "rd ex mr mw me"],
    ),
  );

  it("that is native is what begins at a page of its own, with what follows", () => {
    expect(roomOf(space, 2 ** 31).nativeBelow2GiB).toBe(0x2000 + 0xd000 + 0x40000);
  });

  it("that VirtualAlloc has left is free or kept by wine", () => {
    const free = [
      [0x110000, 0x20000000],
      [0x30000000, 0x30010000],
      [0x30020000, 0x40000000],
      [0x40010000, 0x40020000],
      [0x40030000, 0x50000000],
      [0x50100000, 0x60000000],
      [0x7fff0000, 0x80000000],
    ].map(([low = 0, high = 0]) => high - low);
    const room = roomOf(space, 2 ** 31);
    expect(room.free).toBe(free.reduce((sum, size) => sum + size, 0));
    expect(room.largest).toBe(0x20000000 - 0x110000);
    expect(roomOf(space, 2 ** 32).largest).toBe(2 ** 32 - 0x90010000);
  });
});

describe("the words of --compare", () => {
  it("are refused without it, or without a program", async () => {
    await expect(wine(["notepad"], { html: "page.html" })).rejects.toThrow(
      "--after, --html and --svg say how --compare shows, which is not asked for",
    );
  });
});

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED wine --compare: ${missing}`);

describe.skipIf(missing !== undefined)("a program that is compared", () => {
  const place = mkdtempSync(join(tmpdir(), "wine-ld-compare-"));
  const session = new WineSession();
  beforeAll(() => session.open("wine-ld"), 10 * MINUTES);
  afterAll(async () => {
    await session.close();
    rmSync(place, { recursive: true });
  });

  const compared = (args: readonly string[]) =>
    spawnSync(
      process.execPath,
      [join(root, "cli/wine-ld.js"), "wine", "--provision", "--compare", ...args],
      {
        encoding: "utf8",
        env: { ...process.env, WINEPREFIX: session.prefix("wine-ld"), WINEDEBUG: "-all" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );

  /** The sizes of a line of the table: stock, wine-ld. */
  function sizes(output: string, line: string): readonly number[] {
    const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB, GiB: 1024 * MiB };
    const [text = ""] = output.split("\n").filter((candidate) => candidate.startsWith(line));
    return [...text.matchAll(/([\d.]+) (B|KiB|MiB|GiB)(?!\))/g)].map(
      ([, number, unit = ""]) => Number(number) * (units[unit] ?? Number.NaN),
    );
  }

  it(
    "is shown side by side, though it ends at once",
    () => {
      const [html, svg] = ["page.html", "picture.svg"].map((name) => join(place, name));
      const program = windowsProgram("hello.c", "32");
      const { stdout, stderr, status } = compared([
        "--html",
        html ?? "",
        "--svg",
        svg ?? "",
        program,
      ]);
      expect(status, stderr).toBe(7);
      expect(stdout.match(/hello from 32 bits/g)?.length).toBeGreaterThanOrEqual(2);
      const [stock = 0, ours = 0] = sizes(stdout, "native below 2 GiB");
      expect(ours).toBeLessThan(stock);
      for (const path of [html, svg]) {
        const text = readFileSync(path ?? "", "utf8");
        for (const words of [
          "stock wine",
          "wine-ld",
          "native below 2 GiB",
          "VirtualAlloc could still give (2 GiB)",
        ])
          expect(text).toContain(words);
      }
    },
    8 * MINUTES,
  );

  it(
    "could still get what it says",
    async () => {
      const { stdout, stderr } = compared([windowsProgram("hello.c", "32")]);
      const said = sizes(stdout, "VirtualAlloc could still give");
      expect(said.length, stderr).toBe(2);
      for (const [index, linker] of (["stock", "wine-ld"] as const).entries()) {
        const granted = await session.run(linker, [
          windowsProgram("reserve.c", "32"),
          "fall",
          "256",
        ]);
        const total = Number(/total_mb=([\d.]+)/.exec(granted.stdout)?.[1]) * MiB;
        // The program itself takes a little; what stock wastes of small blocks is in neither.
        expect(Math.abs(total - (said[index] ?? 0)) / total).toBeLessThan(0.1);
      }
    },
    10 * MINUTES,
  );

  it(
    "that is none is said",
    () => {
      const { stderr, status } = compared(["/none.exe"]);
      expect(stderr).toMatch(/under stock wine no Windows program was seen \(exit status \d+\)/);
      expect(status).toBe(1);
    },
    8 * MINUTES,
  );
});
