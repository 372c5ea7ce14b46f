/** The two variables by which wine speaks with its preloader: WINELOADERNOEXEC and WINEPRELOADRESERVE. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionedWine } from "../../cli/wine/locate.ts";
import { WINE_RELEASES } from "../../cli/wine/provision.ts";
import type { Mapping } from "./figures.ts";
import { misplaced, processesOf } from "./processes.ts";
import { windowsProgram } from "./programs.ts";
import { newErrors, type RunOptions, values, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
/** A range that nobody keeps otherwise. */
const RANGE = [0x200000000000, 0x200000100000] as const;
/** In 32 bits it is not mapped, but nothing is put there; the bases of programs that ask for such ranges. */
const FREE_MIB = 64;
const FREE_RANGES = ["8000000-c000000", "30000000-34000000"] as const;
const BASES = [0x400000, 0x3ff0000, 0x4000000, 0x10000000, 0x30000000, 0x6a000000] as const;

/** Part of what is kept for Windows programs of old. */
const USUAL = [0x2000000, 0x2010000] as const;

/** Whether all of a range is mapped without access. */
function isKept(maps: readonly Mapping[], [low, high]: readonly [number, number]): boolean {
  const inside = maps.filter(({ start, end }) => start < high && end > low);
  const covered = inside.reduce(
    (sum, { start, end }) => sum + Math.min(end, high) - Math.max(start, low),
    0,
  );
  return covered === high - low && inside.every(({ prot }) => prot === "---p");
}

describe.each(WINE_RELEASES)("wine of %s", (release) => {
  const missing = whyNoWine(release);
  if (missing !== undefined) console.warn(`SKIPPED wine's preloader, ${release}: ${missing}`);
  const wine = provisionedWine(release);
  /** The loader for 64 bits, where the other would execute it with variables of its own. */
  const wide = wine?.loaders.find(({ arch }) => arch === "x86_64");
  const sessions = {
    "32": new WineSession(release),
    "64": new WineSession(release, undefined, wine && wide && { wine: { ...wine, first: wide } }),
  };
  const bits: readonly ("32" | "64")[] = release === "bookworm" ? ["32", "64"] : ["64"];

  async function mapsWhileWaiting(
    word: "32" | "64",
    options: RunOptions,
  ): Promise<readonly Mapping[]> {
    const session = sessions[word];
    const running = session.start("wine-ld", [windowsProgram("wait.c", word)], options);
    await running.ready();
    const found = processesOf(session, "wine-ld").find(({ command }) =>
      command.includes(`wait-${word}`),
    );
    expect((await running.finish()).status).toBe(0);
    return found?.maps ?? [];
  }

  describe.skipIf(missing !== undefined)("and its preloader", () => {
    beforeAll(async () => {
      for (const linker of ["stock", "wine-ld"] as const) await sessions["64"].open(linker);
    }, 10 * MINUTES);
    afterAll(() => sessions["64"].close());

    it.each(bits)(
      "WINELOADERNOEXEC: %s bits, no preloader, the linker keeps the ranges",
      async (word) => {
        const options = { preloader: "wine", environment: { WINELOADERNOEXEC: "1" } } as const;
        const args = [windowsProgram("hello.c", word), "an argument"];
        const stock = await sessions[word].run("stock", args, options);
        const ours = await sessions[word].run("wine-ld", args, options);
        expect(ours).toEqual({ ...stock, stderr: ours.stderr });
        expect(newErrors(ours, stock)).toEqual([]);
        const maps = await mapsWhileWaiting(word, options);
        expect(maps.map(({ path }) => path).filter((path) => /-preloader/.test(path))).toEqual([]);
        // wine 10 gives this back in 64 bits.
        const usual = isKept(await mapsWhileWaiting(word, {}), USUAL);
        expect(isKept(maps, USUAL)).toBe(usual);
        if (release === "bookworm") expect(usual).toBe(true);
        if (word === "64") expect(misplaced({ maps })).toEqual([]);
      },
      3 * MINUTES,
    );

    it.each(["linker", "none"] as const)(
      "WINEPRELOADRESERVE: 64 bits, with %s in the preloader's place, the range is kept",
      async (preloader) => {
        const [low, high] = RANGE.map((address) => address.toString(16));
        const environment = { WINEPRELOADRESERVE: `${low}-${high}` };
        expect(isKept(await mapsWhileWaiting("64", { preloader }), RANGE)).toBe(false);
        expect(isKept(await mapsWhileWaiting("64", { preloader, environment }), RANGE)).toBe(true);
      },
      3 * MINUTES,
    );

    describe.skipIf(release !== "bookworm").each(["linker", "none"] as const)(
      "WINEPRELOADRESERVE: 32 bits, with %s in the preloader's place",
      (preloader) => {
        it.each(FREE_RANGES)(
          "nothing is put into %s",
          async (range) => {
            const args = [windowsProgram("space.c", "32"), "blocks", "64"];
            const granted = async (environment: Readonly<Record<string, string>>) => {
              const options = { preloader, environment };
              const { stdout } = await sessions["32"].run("wine-ld", args, options);
              return Number(values(stdout).get("total_mb"));
            };
            const lost = (await granted({})) - (await granted({ WINEPRELOADRESERVE: range }));
            expect(Math.abs(lost - FREE_MIB)).toBeLessThan(2);
          },
          3 * MINUTES,
        );

        it.each(BASES)(
          "a program that another starts lies at %i",
          async (base) => {
            const path = windowsProgram("where.c", "32", base);
            const args = ["cmd", "/c", `Z:${path.replaceAll("/", "\\")}`];
            const stock = await sessions["64"].run("stock", args);
            expect(Number.parseInt(values(stock.stdout).get("at") ?? "", 16)).toBe(base);
            const ours = await sessions["64"].run("wine-ld", args, { preloader });
            expect(ours).toEqual({ ...stock, stderr: ours.stderr });
          },
          3 * MINUTES,
        );
      },
    );
  });
});
