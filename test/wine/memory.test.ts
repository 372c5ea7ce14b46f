/**
 * What VirtualAlloc and LoadLibrary grant when address space is scarce, or asked for at fixed addresses: nothing is
 * refused that the system's linker grants, no two blocks share a page, there is not less in all, and VirtualQuery calls
 * no less free.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRELOADERS } from "../../cli/wine/loader-copy.ts";
import { type Bits, windowsLibrary, windowsProgram } from "./programs.ts";
import { type Linker, type RunOptions, values, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED wine's memory: ${missing}`);

const MINUTES = 60_000;
const BITS: readonly Bits[] = ["32", "32-large"];
const WAYS = BITS.flatMap((bits) => PRELOADERS.map((preloader) => [bits, preloader] as const));

/** Large blocks first, as games take them, then small ones that must not lie over them: MiB, count; KiB, count. */
const POOLS = [
  ["3", "100", "20", "1024"],
  ["2", "200", "40", "512"],
  ["12", "80", "200", "64"],
  ["1", "600", "30", "4096"],
] as const;

/** Sizes of blocks, in MiB, and of stacks that come and go meanwhile, in KiB: smaller ones and larger ones. */
const STACKS = [
  ["24", "33000"],
  ["50", "48000"],
  ["100", "60000"],
  ["2", "1000"],
] as const;

/** Start and size of ranges that cross the ends of what wine or the linker keeps, and of some that do not. */
const RANGES = [
  ...["3000000 800000", "3f00000 800000", "2000000 20000000", "f000000 2000000", "fff0000 20000"],
  ...["10000000 10000000", "1f000000 2000000", "20000000 10000000", "30000000 20000000"],
  ...["4000000 10000", "4000000 1000000", "3ff0000 20000"], // the end of what the linker keeps
  ...["50000000 1000000", "67000000 2000000", "7f000000 800000", "7fff0000 20000"],
  ...["81f00000 200000", "90000000 1000000"],
].flatMap((range) => range.split(" "));

/** Address space that the linker sets aside for its list of mappings (tracker_reserve_nodes). */
const TABLES_MB = 2;

/** Where libraries want to lie: in the middle of nothing, and across such ends. */
const BASES = [0x0ff00000, 0x03c00000, 0x04000000, 0x03ff0000, 0x1fc00000, 0x30000000] as const;

describe.skipIf(missing !== undefined)("wine's memory", () => {
  const session = new WineSession();
  const run = async (
    linker: Linker,
    bits: Bits,
    args: readonly string[],
    options: RunOptions = {},
  ) => {
    const outcome = await session.run(
      linker,
      [windowsProgram("reserve.c", bits), ...args],
      options,
    );
    expect({ args, status: outcome.status, stderr: outcome.stderr }).toMatchObject({ status: 0 });
    expect(outcome.stderr).not.toMatch(/[Aa]ssertion|already partially/);
    return values(outcome.stdout);
  };
  beforeAll(async () => {
    for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
  }, 10 * MINUTES);
  afterAll(() => session.close());

  it.each(WAYS)(
    "%s bits, preloader %s: large blocks, then small ones",
    async (bits, preloader) => {
      for (const sizes of POOLS) {
        const stock = await run("stock", bits, ["pools", ...sizes]);
        expect(await run("wine-ld", bits, ["pools", ...sizes], { preloader })).toEqual(stock);
      }
    },
    5 * MINUTES,
  );

  it.each(WAYS)(
    "%s bits, preloader %s: until nothing is left",
    async (bits, preloader) => {
      const stock = await run("stock", bits, ["fall", "512"]);
      const ours = await run("wine-ld", bits, ["fall", "512"], { preloader });
      expect([ours.get("overlaps"), ours.get("lost")]).toEqual(["0", "0"]);
      const least = Number(stock.get("total_mb")) - TABLES_MB;
      expect(Number(ours.get("total_mb"))).toBeGreaterThanOrEqual(least);
    },
    3 * MINUTES,
  );

  it.each(WAYS)(
    "%s bits, preloader %s: blocks where stacks were",
    async (bits, preloader) => {
      for (const [block, stack] of STACKS) {
        const stock = await run("stock", bits, ["stacks", block, stack]);
        const ours = await run("wine-ld", bits, ["stacks", block, stack], { preloader });
        expect([ours.get("overlaps"), ours.get("lost")]).toEqual(["0", "0"]);
        // Where the last blocks fit is luck: the same run under stock differs by one.
        const least = Number(stock.get("total_mb")) * 0.99 - Number(block);
        expect(Number(ours.get("total_mb"))).toBeGreaterThanOrEqual(least);
      }
    },
    5 * MINUTES,
  );

  it.each(WAYS)(
    "%s bits, preloader %s: fixed ranges",
    async (bits, preloader) => {
      const stock = await run("stock", bits, ["fixed", ...RANGES]);
      const ours = await run("wine-ld", bits, ["fixed", ...RANGES], { preloader });
      const granted = [...stock].filter(([, answer]) => answer === "granted");
      expect(granted.length).toBeGreaterThan(10);
      expect([...ours]).toEqual(expect.arrayContaining(granted));
    },
    3 * MINUTES,
  );

  it.each(WAYS)(
    "%s bits, preloader %s: what VirtualQuery calls free",
    async (bits, preloader) => {
      const free = async (linker: Linker, options: RunOptions) => {
        const program = windowsProgram("space.c", bits);
        const atStart = values((await session.run(linker, [program, "free"], options)).stdout);
        const device = session.start(
          linker,
          [windowsProgram("textures.c", bits), "device"],
          options,
        );
        await device.ready();
        const withDevice = values((await device.finish()).stdout);
        return [atStart, withDevice].flatMap((found) =>
          ["free_mb", "largest_free_mb"].map((name) => Number(found.get(name))),
        );
      };
      const stock = await free("stock", {});
      const ours = await free("wine-ld", { preloader });
      expect(Math.min(...stock)).toBeGreaterThan(400);
      for (const [i, least] of stock.entries()) {
        expect(ours[i], `${ours} under ours, ${stock} under stock`).toBeGreaterThanOrEqual(least);
      }
    },
    5 * MINUTES,
  );

  it.each(BASES)("a library wants to lie at %i", async (base) => {
    for (const relocatable of [true, false]) {
      const path = windowsLibrary("library.c", "32", base, relocatable);
      const args = ["load", `Z:${path.replaceAll("/", "\\")}`, base.toString(16)];
      const stock = await run("stock", "32", args);
      expect(stock.get("at_its_base")).toBe("1");
      for (const preloader of PRELOADERS) {
        expect(await run("wine-ld", "32", args, { preloader })).toEqual(stock);
      }
    }
  });
});
