/**
 * A wine that knows the linker (patches/wine/), as one more wine: under the system's linker it does what stock wine does,
 * under ours it asks for addresses and tells the truth about them. It is built by `npx tsx test/wine/aware/build.ts`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMaps } from "../../../cli/space/maps-file.ts";
import { PRELOADERS } from "../../../cli/wine/loader-copy.ts";
import { root } from "../../harness/linkers.ts";
import { faultsOf } from "../model.ts";
import { type Bits, windowsProgram } from "../programs.ts";
import {
  type Linker,
  newErrors,
  type RunOptions,
  values,
  WineSession,
  whyNoWine,
} from "../session.ts";
import { awareWine, series } from "./build.ts";
import { truthOf } from "./truth.ts";

const wine = awareWine();
const missing =
  whyNoWine() ?? (wine ? undefined : "not built: `npx tsx test/wine/aware/build.ts` builds it");
if (missing !== undefined) console.warn(`SKIPPED a wine that knows the linker: ${missing}`);

const MINUTES = 60_000;
const MIB = 2 ** 20;
const LINKERS = ["stock", "wine-ld"] as const;
const BITS: readonly Bits[] = ["32", "32-large", "64"];
/** What the linker and ntdll themselves take of the address space, more or less. */
const TABLES_MB = 4;
/** Into which the initial stack may grow, with a guard: stock wine gives it to a program that is large-address-aware. */
const STACK_MB = 9;

describe("the patches", () => {
  it.each(["8.0", "10.0"])(
    "for wine %s change ntdll's Unix side and what configure looks for",
    (release) => {
      const folder = join(root, "patches/wine", release);
      const texts = series(folder).map((name) => readFileSync(join(folder, name), "utf8"));
      const files = texts.flatMap((text) => [...text.matchAll(/^\+\+\+ b\/(\S+)/gm)]);
      expect(texts.length).toBeGreaterThan(0);
      expect(new Set(files.map(([, file]) => file))).toEqual(
        new Set(["configure.ac", "dlls/ntdll/unix/virtual.c"]),
      );
    },
  );
});

describe.skipIf(missing !== undefined)("a wine that knows the linker", () => {
  const stock = new WineSession();
  const aware = new WineSession("bookworm", "-aware", wine && { wine });
  beforeAll(async () => {
    await stock.open("stock");
    for (const linker of LINKERS) await aware.open(linker);
  }, 30 * MINUTES);
  afterAll(async () => {
    await stock.close();
    await aware.close();
  });

  const ways = LINKERS.flatMap((linker) => BITS.map((bits) => [linker, bits] as const));
  it.each(ways)(
    "runs programs under the linker %s, %s bits",
    async (linker, bits) => {
      for (const source of ["hello.c", "threads.c"]) {
        const words = [windowsProgram(source, bits), "an argument"];
        const [reference, subject] = [
          await stock.run("stock", words),
          await aware.run(linker, words),
        ];
        expect({ stdout: subject.stdout, status: subject.status }).toEqual({
          stdout: reference.stdout,
          status: reference.status,
        });
        expect(subject.stdout).not.toBe("");
        expect(newErrors(subject, reference)).toEqual([]);
      }
    },
    5 * MINUTES,
  );

  const space = async (
    session: WineSession,
    linker: Linker,
    bits: Bits,
    args: readonly string[],
    options: RunOptions = {},
  ) => {
    const [source = "", ...rest] = args;
    const outcome = await session.run(linker, [windowsProgram(source, bits), ...rest], options);
    expect(outcome.stderr).not.toMatch(/[Aa]ssertion|already partially/);
    expect({ args, status: outcome.status }).toEqual({ args, status: 0 });
    return values(outcome.stdout);
  };

  it.each(["32", "32-large"] as const)(
    "under the system's linker it grants what stock wine grants, %s bits",
    async (bits) => {
      for (const args of [
        ["space.c", "largest"],
        ["space.c", "topdown"],
      ]) {
        const reference = await space(stock, "stock", bits, args);
        const subject = await space(aware, "stock", bits, args);
        const size = (found: ReadonlyMap<string, string>) =>
          Math.round(Number(found.get("largest_mb") ?? 0) / TABLES_MB);
        expect(size(subject)).toBe(size(reference));
        expect(subject.get("ordered")).toBe(reference.get("ordered"));
      }
    },
    5 * MINUTES,
  );

  it.each(
    BITS.filter((bits) => bits !== "64").flatMap((bits) =>
      PRELOADERS.map((preloader) => [bits, preloader] as const),
    ),
  )(
    "under ours nothing less than stock wine, %s bits, preloader %s",
    async (bits, preloader) => {
      const ours = (args: readonly string[]) => space(aware, "wine-ld", bits, args, { preloader });
      const spared = TABLES_MB + (bits === "32-large" ? STACK_MB : 0);
      const least = async (name: string, args: readonly string[]) => {
        const reference = await space(stock, "stock", bits, args);
        const subject = await ours(args);
        expect(Number(subject.get(name))).toBeGreaterThanOrEqual(
          Number(reference.get(name)) - spared,
        );
      };
      await least("largest_mb", ["space.c", "largest"]);
      await least("total_mb", ["space.c", "blocks", "64"]);
      await least("total_mb", ["reserve.c", "fall", "512"]);
      expect(await ours(["space.c", "topdown"])).toEqual(
        await space(stock, "stock", bits, ["space.c", "topdown"]),
      );
    },
    10 * MINUTES,
  );

  it.each(BITS)(
    "VirtualQuery calls nothing free that is taken, and nothing taken that is free, %s bits",
    async (bits) => {
      const program = windowsProgram("free.c", bits);
      const run = aware.start("wine-ld", [program]);
      await run.ready();
      const maps = parseMaps(aware.mapsOf("wine-ld", program));
      const { stdout } = await run.finish();
      const { said, taken, withheld } = truthOf(stdout, maps);
      expect(said).toBeGreaterThan(1500 * MIB);
      // The area for old programs is free for VirtualQuery, as in stock wine; printing may take some pages more.
      expect(taken).toBeLessThanOrEqual(2 * MIB);
      // Room that is set aside for the break and the stack: in 64 bits all that the kernel leaves below the stack.
      expect(withheld).toBeLessThanOrEqual(bits === "64" ? 2 ** 41 : 64 * MIB);
    },
    3 * MINUTES,
  );

  it.each([1, 2, 3])(
    "random operations, seed %i",
    async (seed) => {
      const run = { seed, bits: "32", preloaders: ["linker"], operations: 4000 } as const;
      expect(await faultsOf(aware, run)).toEqual([]);
    },
    20 * MINUTES,
  );
});
