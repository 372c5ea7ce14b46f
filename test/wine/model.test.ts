/** A few seeds of the model of a process's memory (model.ts), each with another preloader. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRELOADERS } from "../../cli/wine/loader-copy.ts";
import { WINE_RELEASES } from "../../cli/wine/provision.ts";
import { faultsOf, MODEL_BITS } from "./model.ts";
import { WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const SEEDS = [1, 2, 3, 4, 5];
/** The long form has twenty times as many. */
const OPERATIONS = 1000;

describe.each(WINE_RELEASES)("wine of %s", (release) => {
  const missing = whyNoWine(release);
  if (missing !== undefined) console.warn(`SKIPPED the model of memory, ${release}: ${missing}`);
  const session = new WineSession(release);
  const cases = SEEDS.flatMap((seed) => MODEL_BITS[release].map((bits) => ({ seed, bits })));

  describe.skipIf(missing !== undefined)("and a model of memory", () => {
    beforeAll(async () => {
      for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
    }, 10 * MINUTES);
    afterAll(() => session.close());

    it.each(cases)(
      "agree: seed $seed, $bits bits",
      async (one) => {
        const preloaders = PRELOADERS.slice(one.seed % PRELOADERS.length).slice(0, 1);
        const run = { ...one, preloaders, operations: OPERATIONS };
        expect(await faultsOf(session, run, release)).toEqual([]);
      },
      10 * MINUTES,
    );
  });
});
