/**
 * Windows programs under wine, with the system's linker and with ours: the same output and exit status, and
 * the address-space figures that take seconds. All figures: `npx tsx test/wine/figures.ts`.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRELOADERS } from "../../cli/wine/loader-copy.ts";
import { FIGURES, reaches } from "./figures.ts";
import { type Bits, windowsProgram } from "./programs.ts";
import { newErrors, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED wine: ${missing}`);

const MINUTES = 60_000;

describe.skipIf(missing !== undefined)("wine", () => {
  const session = new WineSession();
  beforeAll(async () => {
    await session.open("stock");
    await session.open("wine-ld");
  }, 10 * MINUTES);
  afterAll(() => session.close());

  const commands: readonly (readonly string[])[] = [["--version"], ["cmd", "/c", "ver"]];
  it.each(commands)(
    "%s %s %s is as under the system's linker",
    async (...args) => {
      const stock = await session.run("stock", args);
      const ours = await session.run("wine-ld", args);
      expect(ours.stdout).toBe(stock.stdout);
      expect(ours.status).toBe(0);
    },
    2 * MINUTES,
  );

  const bits: readonly Bits[] = ["32", "64"];
  const sources = ["hello.c", "threads.c", "exceptions.cc", "opengl.c"];
  it.each(bits.flatMap((word) => sources.map((source) => [source, word] as const)))(
    "%s, %s bits, does the same",
    async (source, word) => {
      const program = windowsProgram(source, word);
      const stock = await session.run("stock", [program, "an argument"]);
      const ours = await session.run("wine-ld", [program, "an argument"]);
      expect(ours.stdout).toBe(stock.stdout);
      expect(ours.stdout).not.toBe("");
      expect(ours.status).toBe(stock.status);
      expect(newErrors(ours, stock)).toEqual([]);
    },
    3 * MINUTES,
  );

  const ways = bits.flatMap((word) => PRELOADERS.map((preloader) => [preloader, word] as const));
  it.each(ways)(
    "starts a program with %s in the preloader's place, %s bits",
    async (preloader, word) => {
      const program = windowsProgram("hello.c", word);
      const stock = await session.run("stock", [program, "an argument"]);
      const ours = await session.run("wine-ld", [program, "an argument"], { preloader });
      expect(ours).toEqual({ ...stock, stderr: ours.stderr });
      expect(newErrors(ours, stock)).toEqual([]);
    },
    2 * MINUTES,
  );

  it.each(FIGURES.filter(({ quick }) => quick === true))(
    "$name",
    async (figure) => {
      const value = await figure.measure(session, "wine-ld");
      expect(reaches(figure, value), `${value}, goal ${figure.goal}`).toBe(true);
    },
    3 * MINUTES,
  );
});
