/**
 * What notepad and winemine show, pixel by pixel, under the system's linker and under ours. The pictures are left in
 * `.cache/test/wine/pictures`.
 */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../harness/linkers.ts";
import { coloursOf, type Picture, pngOf } from "./screen.ts";
import { type Linker, newErrors, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const PICTURES = join(root, ".cache/test/wine/pictures");
const TEXT = "The quick brown fox\r\njumps over the lazy dog.\r\n";
/** Colours of a screen without a window. */
const BLANK = 1;
const PAUSE = 100;
/** As long as this nothing new has to appear. */
const STEADY_SAMPLES = 30;
const HALF = STEADY_SAMPLES / 2;
const MOST_SAMPLES = 600;

/** What was seen, by what is in it. */
type Pictures = ReadonlyMap<string, Picture>;

const keyOf = ({ pixels }: Picture) => createHash("sha256").update(pixels).digest("hex");
const isBlank = (picture: Picture) => coloursOf(picture) <= BLANK;

/**
 * The pictures that alternate when the program has drawn all: a caret blinks.
 * @param enough what stands still half-way is not taken, as long as there is time
 * @throws Error when no window appears, or there is no end of changes
 */
async function steadyPictures(
  session: WineSession,
  enough: (seen: Pictures) => boolean,
): Promise<Pictures> {
  let last: (readonly [string, Picture])[] = [];
  let steady: Pictures | undefined;
  for (let i = 0; i < MOST_SAMPLES; ++i) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const picture = session.picture();
    last = [...last.slice(1 - STEADY_SAMPLES), [keyOf(picture), picture]];
    // What is only drawn step by step is not seen in both halves.
    const [before, after] = [new Map(last.slice(0, HALF)), new Map(last.slice(HALF))];
    const isSteady =
      last.length === STEADY_SAMPLES &&
      before.size === after.size &&
      [...before.keys()].every((key) => after.has(key));
    if (isSteady && ![...after.values()].some(isBlank)) steady = after;
    if (steady !== undefined && enough(steady)) return steady;
  }
  if (steady === undefined) throw new Error("there is nothing to see, or no end of changes");
  return steady;
}

async function untilBlank(session: WineSession): Promise<void> {
  for (let i = 0; i < MOST_SAMPLES && !isBlank(session.picture()); ++i) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

describe.each(["bookworm", "trixie"] as const)("wine of %s", (release) => {
  const missing = whyNoWine(release);
  if (missing !== undefined) console.warn(`SKIPPED wine's windows: ${missing}`);

  describe.skipIf(missing !== undefined)("its windows", () => {
    const session = new WineSession(release);
    const file = join(PICTURES, "text.txt");
    beforeAll(async () => {
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(file, TEXT);
      for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
    }, 10 * MINUTES);
    afterAll(() => session.close());

    /** What a program shows before it is ended, and what wine says meanwhile. */
    async function shown(
      linker: Linker,
      args: readonly string[],
      enough: (seen: Pictures) => boolean = () => true,
    ) {
      const running = session.start(linker, args);
      const pictures = await steadyPictures(session, enough);
      running.child.kill("SIGKILL");
      const outcome = await running.outcome;
      await untilBlank(session);
      const [picture] = pictures.values();
      if (picture)
        writeFileSync(join(PICTURES, `${args[0]}-${release}-${linker}.png`), pngOf(picture));
      return { pictures, outcome };
    }

    const seen = new Map<string, Pictures>();
    const programs: readonly (readonly string[])[] = [["notepad", `Z:${file}`], ["winemine"]];
    it.each(programs)(
      "%s looks the same",
      async (...args) => {
        const stock = await shown("stock", args);
        const same = (pictures: Pictures) =>
          [...pictures.keys()].every((key) => stock.pictures.has(key));
        const ours = await shown("wine-ld", args, same);
        expect(ours.pictures.size).toBeGreaterThan(0);
        expect(same(ours.pictures)).toBe(true);
        expect(newErrors(ours.outcome, stock.outcome)).toEqual([]);
        seen.set(args[0] ?? "", ours.pictures);
      },
      5 * MINUTES,
    );

    it("another program looks different", () => {
      const [notepad, winemine] = programs.map(([name = ""]) => [
        ...(seen.get(name)?.keys() ?? []),
      ]);
      expect(notepad).not.toEqual([]);
      expect(winemine).not.toEqual([]);
      expect(notepad?.filter((key) => winemine?.includes(key))).toEqual([]);
    });
  });
});
