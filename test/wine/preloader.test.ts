/** The two variables by which wine speaks with its preloader: WINELOADERNOEXEC and WINEPRELOADRESERVE. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionedWine } from "../../cli/wine/locate.ts";
import { WINE_RELEASES } from "../../cli/wine/provision.ts";
import type { Mapping } from "./figures.ts";
import { misplaced, processesOf } from "./processes.ts";
import { windowsProgram } from "./programs.ts";
import { newErrors, type RunOptions, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
/** Ranges that nobody keeps otherwise, and that wine does not give back: from 512 MiB on it does, in 32 bits. */
const RANGES: Readonly<Record<"32" | "64", readonly [number, number]>> = {
  "32": [0x18000000, 0x18100000],
  "64": [0x200000000000, 0x200000100000],
};

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

    it.each(
      bits.flatMap((word) => (["linker", "none"] as const).map((way) => [word, way] as const)),
    )(
      "WINEPRELOADRESERVE: %s bits, with %s in the preloader's place, the range is kept",
      async (word, preloader) => {
        const range = RANGES[word];
        const [low, high] = range.map((address) => address.toString(16));
        const environment = { WINEPRELOADRESERVE: `${low}-${high}` };
        expect(isKept(await mapsWhileWaiting(word, { preloader }), range)).toBe(false);
        expect(isKept(await mapsWhileWaiting(word, { preloader, environment }), range)).toBe(true);
      },
      3 * MINUTES,
    );
  });
});
