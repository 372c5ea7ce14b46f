/** Traces to workloads, and workloads carried out by the real placement code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gameWorkload, PROCESS, risingWorkload, SPACE } from "../../bench/space/game.ts";
import { planReplay } from "../../cli/space/replay-plan.ts";
import { parseReplay, replayFigures } from "../../cli/space/replay-report.ts";
import { type Placement, replay, replayerProgram } from "../../cli/space/replayer.ts";
import { decodeTrace } from "../../cli/space/trace-format.ts";
import type { Operation, Workload } from "../../cli/space/workload.ts";
import { root } from "../harness/linkers.ts";
import { mapRecord, type RawRecord, seedRecord, traceFile, unmapRecord } from "./trace-writer.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const folder = mkdtempSync(join(tmpdir(), "wine-ld-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** The first use compiles the replayer and the C library that it is linked with: minutes on a slow machine. */
beforeAll(
  () => Promise.all([replayerProgram(root, "i386"), replayerProgram(root, "x86_64")]),
  900_000,
);

function plan(records: readonly RawRecord[], limit?: number): Workload {
  return planReplay(decodeTrace(traceFile(4, records)), { limit, reports: 1 });
}

function steps(workload: Workload): readonly Operation[] {
  return workload.operations.filter((operation) => operation.do !== "report");
}

describe("the break", () => {
  const words = (policy: string): string => {
    const path = join(folder, "break.policy");
    writeFileSync(path, policy);
    return path;
  };
  /** A workload of a break of 1 MiB at 16 MiB, and a mapping at an address that may be in its way. */
  const workload = (taken: number): Workload => ({
    ...PROCESS,
    mappings: 0,
    operations: [
      { do: "break", address: 16 * MiB, size: MiB },
      { do: "map-at", address: taken, size: 64 << 10, kind: "file" },
    ],
  });
  const conflicts = async (policy: string, taken: number): Promise<number | undefined> =>
    (await replay(root, workload(taken), { by: "file", path: words(policy) }, false)).samples.at(-1)
      ?.conflicts;

  it("becomes one step of the plan", () => {
    const records = [1, 3, 2].map(
      (pages): RawRecord => ({
        op: "break",
        result: 0x8000000,
        numbers: [0x8000000, pages * 4096, 0],
      }),
    );
    expect(steps(plan(records))).toEqual([{ do: "break", address: 0x8000000, size: 3 * 4096 }]);
  });

  it("is where the policy moves it, and only there", async () => {
    const moved = "zone high 1G 2G\nbreak high 32M\nplace any in high bottom\n";
    expect(await conflicts(moved, 16 * MiB)).toBe(0);
    expect(await conflicts(moved, GiB)).toBe(1);
    expect(await conflicts(moved, GiB + 31 * MiB)).toBe(1);
    expect(await conflicts(moved, GiB + 32 * MiB)).toBe(0);
  });

  it("is where the kernel put it otherwise, with the policy's room above", async () => {
    const kernel = "zone high 1G 2G\nbreak kernel 32M\nplace any in high bottom\n";
    expect(await conflicts(kernel, 16 * MiB)).toBe(1);
    expect(await conflicts(kernel, 47 * MiB)).toBe(1);
    expect(await conflicts(kernel, 48 * MiB)).toBe(0);
  });
});

describe("a plan", () => {
  it("gives numbers to what the linker placed, and follows its parts", () => {
    const workload = plan([
      mapRecord(0x40000000, 0x10000),
      unmapRecord(0x40000000, 0x1000),
      unmapRecord(0x40008000, 0x8000),
      mapRecord(0x40008000, 0x2000, "file", 0x12, 0x40008000),
    ]);
    expect(steps(workload)).toEqual([
      { do: "map", mapping: 0, kind: "anonymous", size: 0x10000, align: 0, limit: 0 },
      { do: "unmap", spot: { mapping: 0, offset: 0 }, size: 0x1000 },
      { do: "unmap", spot: { mapping: 0, offset: 0x8000 }, size: 0x8000 },
      { do: "remap-part", spot: { mapping: 0, offset: 0x8000 }, size: 0x2000, kind: "file" },
    ]);
  });

  it("leaves fixed addresses alone, save where something is already", () => {
    const workload = plan([
      mapRecord(0x40000000, 0x4000),
      mapRecord(0x40002000, 0x4000, "anonymous", 0x32, 0x40002000),
    ]);
    expect(steps(workload).slice(1)).toEqual([
      { do: "map-at", address: 0x40004000, size: 0x2000, kind: "anonymous" },
    ]);
  });

  it("resizes, and names the result", () => {
    const moved = { op: "remap", result: 0x50000000 } as const;
    const workload = plan([
      mapRecord(0x40000000, 0x4000),
      { ...moved, numbers: [0x40001000, 0x3000, 0x9000, 1, 0, 0] },
      unmapRecord(0x50000000, 0x1000),
    ]);
    expect(steps(workload).slice(1)).toEqual([
      {
        do: "resize",
        spot: { mapping: 0, offset: 0x1000 },
        oldSize: 0x3000,
        newSize: 0x9000,
        mapping: 1,
        kind: "anonymous",
      },
      { do: "unmap", spot: { mapping: 1, offset: 0 }, size: 0x1000 },
    ]);
  });

  it("takes the layout from what the kernel had mapped, and moves what a limit cuts off", () => {
    const seeds = [
      seedRecord(0x08000000, 0x2000, "image"),
      seedRecord(0xf7e00000, 0x4000, "kernel"),
      seedRecord(0xfff00000, 0x21000, "stack"),
    ];
    expect(plan(seeds)).toMatchObject({ wordSize: 4, stack: 0xfff00000, kernel: 0xf7e04000 });
    expect(steps(plan(seeds)).map((step) => step.do)).toEqual(["map-at", "map-at", "map-at"]);
    const small = plan(seeds, 2 * GiB);
    expect(small).toMatchObject({ high: 2 * GiB, stack: 2 * GiB });
    expect(steps(small).map((step) => step.do)).toEqual(["map-at", "map", "map"]);
  });

  it("does not repeat calls that failed", () => {
    const failed: RawRecord = { op: "map", result: -12, numbers: [0, GiB, 3, 0x22, 0, 0, 3, 0, 0] };
    expect(steps(plan([failed]))).toEqual([]);
  });
});

/** A workload of a few mappings in the space of a 32-bit process. */
function workload(operations: readonly Operation[], mappings: number): Workload {
  return { ...PROCESS, mappings, operations };
}

function mapOf(mapping: number, size: number, align = 0): Operation {
  return { do: "map", mapping, kind: "anonymous", size, align, limit: 0 };
}

function policyFile(name: string, lines: readonly string[]): Placement {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return { by: "file", path };
}

describe("a replay", () => {
  const everywhere = policyFile("everywhere", ["zone all 1M stack", "place any in all top"]);

  it("counts what is free and what is left in one piece", async () => {
    const parts = [mapOf(0, MiB), mapOf(1, MiB), mapOf(2, MiB)];
    const hole: Operation = { do: "unmap", spot: { mapping: 1, offset: 0 }, size: MiB };
    const { samples } = await replay(root, workload([...parts, hole], 3), everywhere, false);
    expect(samples).toMatchObject([
      {
        operation: 4,
        free: SPACE - 2 * MiB,
        failures: 0,
        smallestLargest: PROCESS.stack - 3 * MiB - PROCESS.low,
      },
    ]);
  });

  it("reports a request that finds no room, with the state of that moment", async () => {
    const steps = [mapOf(0, 3 * GiB), mapOf(1, 2 * GiB), mapOf(2, MiB)];
    const result = await replay(root, workload(steps, 3), everywhere, false);
    expect(replayFigures(result)).toMatchObject({
      failures: 1,
      firstFailure: { operation: 1, size: 2 * GiB, free: SPACE - 3 * GiB },
    });
  });

  it("loses the ends of over-mapping when pages are all that a policy aligns to", async () => {
    const size = 64 << 10;
    const steps = Array.from({ length: 64 }, (_, index) => mapOf(index, size, size));
    const bottom = policyFile("bottom", ["zone all 1M stack", "place any in all bottom align 64K"]);
    const outsideOfLargest = async (placement: Placement) => {
      const { samples } = await replay(root, workload(steps, 64), placement, true);
      const last = samples.at(-1);
      return (last?.free ?? 0) - (last?.largest ?? 0);
    };
    // Upwards and aligned, each request begins where the one before it ended: what is lost lies below 1 MiB.
    expect(await outsideOfLargest(bottom)).toBeLessThan(MiB);
    // Downwards by pages, the end of each lies idle.
    expect(await outsideOfLargest(everywhere)).toBeGreaterThanOrEqual(63 * size);
  });

  it("carries out every kind of operation", async () => {
    const steps: readonly Operation[] = [
      { do: "map-at", address: 0x10000000, size: MiB, kind: "image" },
      { do: "map-at", address: 0x10080000, size: MiB, kind: "image" },
      { do: "map-hinted", mapping: 0, kind: "file", size: MiB, address: 0x20000000 },
      { do: "map-hinted", mapping: 1, kind: "file", size: MiB, address: 0x20000000 },
      {
        do: "resize",
        spot: { mapping: 0, offset: 0 },
        oldSize: MiB,
        newSize: 2 * MiB,
        mapping: 2,
        kind: "file",
      },
      { do: "unmap", spot: { mapping: 2, offset: MiB }, size: MiB },
      { do: "remap-part", spot: { mapping: 2, offset: MiB }, size: MiB / 2, kind: "file" },
      { do: "unmap-at", address: 0x10000000, size: MiB / 2 },
    ];
    const { samples } = await replay(root, workload(steps, 3), everywhere, false);
    expect(samples.at(-1)).toMatchObject({ free: SPACE - 3 * MiB, conflicts: 1, failures: 0 });
  });

  it("is the same every time, for a game too", async () => {
    const session = { seed: 7, epochs: 6, level: 3, demand: () => SPACE * 0.3 };
    const game = gameWorkload(session);
    expect(gameWorkload(session)).toEqual(game);
    expect(gameWorkload({ ...session, seed: 8 })).not.toEqual(game);
    const compact: Placement = { by: "builtin", name: "compact" };
    const once = await replay(root, game, compact, true);
    expect(once.samples.length).toBe(session.epochs + 1);
    expect(await replay(root, game, compact, true)).toEqual(once);
  });

  it("by the kernel agrees with the model of the kernel", async () => {
    const game = gameWorkload({ seed: 3, epochs: 12, level: 5, demand: () => SPACE * 0.5 });
    const [real, model] = [
      replayFigures(await replay(root, game, { by: "kernel" }, true)),
      replayFigures(await replay(root, game, { by: "kernel-model" }, true)),
    ];
    expect(real.failures).toBe(0);
    expect(Math.abs(real.largestOfFree - model.largestOfFree)).toBeLessThan(0.1);
  });

  it("keeps more in one piece than the kernel does", async () => {
    const game = gameWorkload({ seed: 1, epochs: 40, level: 10, demand: () => SPACE * 0.7 });
    const share = async (placement: Placement) =>
      replayFigures(await replay(root, game, placement, true), 1000).largestOfFree;
    const kernel = await share({ by: "kernel-model" });
    expect(await share({ by: "builtin", name: "compact" })).toBeGreaterThan(kernel);
  });

  it("has room for no fewer requests than the kernel before the first one fails", async () => {
    for (const seed of [9, 12]) {
      const game = risingWorkload(seed);
      const lasted = async (placement: Placement): Promise<number> =>
        replayFigures(await replay(root, game, placement, true)).firstFailure?.operation ?? 0;
      const kernel = await lasted({ by: "kernel-model" });
      expect(kernel).toBeGreaterThan(0);
      expect(await lasted({ by: "builtin", name: "compact" })).toBeGreaterThanOrEqual(kernel);
    }
  });

  /** Holes of these numbers of MiB from 1 GiB upwards, with a page between them; nothing else is free. */
  const holes = (...mebibytes: readonly number[]): readonly Operation[] => {
    let at = GiB;
    const walls = mebibytes.map((size): Operation => {
      at += size * MiB + 4096;
      return { do: "map-at", address: at - 4096, size: 4096, kind: "file" };
    });
    const above = { do: "map-at", address: at, size: PROCESS.stack - at, kind: "file" } as const;
    return [
      { do: "map-at", address: PROCESS.low, size: GiB - PROCESS.low, kind: "file" },
      ...walls,
      above,
    ];
  };
  const best = (end: string): Placement =>
    policyFile(`best-${end}`, ["zone all 1M stack", `place any in all ${end} best`]);
  /** Whether `size` MiB that a policy places leave `address` free. */
  const leaves = async (
    placement: Placement,
    before: readonly Operation[],
    size: number,
    address: number,
  ) => {
    const look: Operation = { do: "map-at", address, size: 4096, kind: "file" };
    const { samples } = await replay(
      root,
      workload([...before, mapOf(0, size * MiB), look], 1),
      placement,
      false,
    );
    return samples.at(-1)?.conflicts === 0;
  };

  it.each(["top", "bottom"])(
    "by best fit from the %s takes the smallest hole, of equals the nearest to that end",
    async (end) => {
      const page = 4096;
      const second = GiB + 5 * MiB + page;
      const third = second + 3 * MiB + page;
      const three = holes(5, 3, 3);
      const [taken, left] = end === "top" ? [third + 2 * MiB, second] : [second, third + 2 * MiB];
      expect(await leaves(best(end), three, 2, taken)).toBe(false);
      expect(await leaves(best(end), three, 2, left)).toBe(true);
      expect(await leaves(best(end), three, 4, end === "top" ? GiB + 4 * MiB : GiB)).toBe(false);
    },
  );

  it("by best fit over zones together compares the holes of all", async () => {
    const inZones = (words: string, ...zones: readonly string[]): Placement =>
      policyFile(words.replace(/\W/g, "-") + zones.length, [
        ...zones,
        `place any in near,far top best ${words}`,
      ]);
    const near = `zone near ${GiB + 3 * MiB} stack`;
    const two = holes(3, 5);
    const [inFar, inNear] = [GiB + 2 * MiB, GiB + 8 * MiB];
    const apart = inZones("", near, "zone far 1M stack");
    expect(await leaves(apart, two, 1, inNear)).toBe(false);
    const together = inZones("together", near, "zone far 1M stack");
    expect(await leaves(together, two, 1, inFar)).toBe(false);
    // A late zone waits as long as the others have a large hole, and room.
    const late = (size: string) => inZones("together", near, `zone far 1M stack late ${size}`);
    expect(await leaves(late("4M"), two, 1, inNear)).toBe(false);
    expect(await leaves(late("1G"), two, 1, inFar)).toBe(false);
    expect(await leaves(late("4K"), holes(5, 3), 4, GiB + 4 * MiB)).toBe(false);
  });

  it("by best fit looks at the nearest 32 holes only", async () => {
    const far = (count: number) => holes(2, ...Array.from({ length: count }, () => 3));
    expect(await leaves(best("top"), far(31), 1, GiB + MiB)).toBe(false);
    expect(await leaves(best("top"), far(32), 1, GiB + MiB)).toBe(true);
  });

  it("says what is wrong with a policy, and refuses what cannot be", async () => {
    const wrong = policyFile("wrong", ["zone all 1M stack", "place any in nowhere top"]);
    await expect(replay(root, workload([], 0), wrong, false)).rejects.toThrow(
      /wrong:2: no such zone/,
    );
    const wide: Workload = { ...workload([], 0), wordSize: 8 };
    await expect(replay(root, wide, { by: "kernel" }, false)).rejects.toThrow("32-bit");
  });
});

it("figures count from an operation on", () => {
  const result = parseReplay(
    [
      "sample 10 100 50 2 0 40",
      "failure 15 7 90 6",
      "sample 20 100 80 3 0 30",
      "sample 30 100 60 3 1 55",
      "",
    ].join("\n"),
  );
  expect(replayFigures(result)).toMatchObject({ failures: 3, smallestLargest: 30, conflicts: 1 });
  const later = replayFigures(result, 10);
  expect(later).toMatchObject({
    failures: 1,
    smallestLargest: 30,
    firstFailure: { operation: 15 },
  });
  expect(later.largestOfFree).toBeCloseTo(0.7);
});
