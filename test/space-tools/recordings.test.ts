/** The recordings that policies are judged by, and what is composed of them. */
import { describe, expect, it } from "vitest";
import { compose } from "../../bench/space/composite.ts";
import { halfOf, packRecording, recordings } from "../../bench/space/recording.ts";
import { planReplay } from "../../cli/space/replay-plan.ts";
import { replayFigures } from "../../cli/space/replay-report.ts";
import { type Placement, replay } from "../../cli/space/replayer.ts";
import { decodeTrace, traceWith } from "../../cli/space/trace-format.ts";
import type { Workload } from "../../cli/space/workload.ts";
import { root } from "../harness/linkers.ts";
import { mapRecord, seedRecord, traceFile, unmapRecord } from "./trace-writer.ts";

const all = recordings("i386");
const traces = halfOf(all, "design").map(({ trace }) => trace);
const composition = { seed: 5, traces, turns: 60, scale: 1, reloads: false, load: () => 0.5 };

describe("a kept recording", () => {
  it("plans the same replay as the trace it was made of", () => {
    const bytes = traceFile(4, [
      seedRecord(0xfff00000, 0x21000, "stack"),
      mapRecord(0x40000000, 0x4000),
      { op: "name", result: 0, numbers: [0x40000000, 0x1000] },
      unmapRecord(0x40001000, 0x1000),
    ]);
    const kept = traceWith(bytes, ["seed", "map", "unmap"]);
    expect(kept.length).toBeLessThan(bytes.length);
    const plan = (trace: Uint8Array): Workload => planReplay(decodeTrace(trace), { reports: 1 });
    expect(plan(kept).operations.filter(({ do: what }) => what !== "report")).toEqual(
      plan(bytes).operations.filter(({ do: what }) => what !== "report"),
    );
    expect(packRecording(bytes).length).toBeGreaterThan(0);
  });

  it("belongs to one half", () => {
    const [design, judge] = [halfOf(all, "design"), halfOf(all, "judge")];
    expect(all.length).toBeGreaterThanOrEqual(12);
    expect([...design, ...judge].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(all);
  });
});

describe("a composition", () => {
  it("is the same for a seed, and another one for another", () => {
    expect(compose(composition)).toEqual(compose(composition));
    expect(compose({ ...composition, seed: 6 })).not.toEqual(compose(composition));
  });

  it.each([1, 3])(
    "keeps as much live as is wanted, with sizes times %d",
    async (scale) => {
      const workload = compose({ ...composition, scale });
      const { samples, failures } = await replay(root, workload, { by: "kernel-model" }, true);
      const settled = samples.slice(samples.length / 2); // before, it is filled
      const live = settled.map(({ free }) => 1 - free / (workload.high - workload.low));
      expect(failures).toEqual([]);
      expect(Math.min(...live)).toBeGreaterThan(0.25);
      expect(Math.max(...live)).toBeLessThan(0.7); // one turn of one copy more than 0.5
    },
    900_000,
  );

  it("has no less live than under the kernel when the load rises until a request fails", async () => {
    for (const seed of [1, 2, 3]) {
      const load = (over: number): number => 1.2 * over;
      const workload = compose({ ...composition, seed, turns: 300, load });
      const live = async (placement: Placement): Promise<number> => {
        const { firstFailure } = replayFigures(await replay(root, workload, placement, true));
        return firstFailure === undefined ? Number.NaN : -firstFailure.free;
      };
      const kernel = await live({ by: "kernel-model" });
      expect(await live({ by: "builtin", name: "compact" })).toBeGreaterThanOrEqual(kernel);
    }
  }, 900_000);

  it("unmaps only what is live", () => {
    const workload = compose({ ...composition, scale: 3, reloads: true });
    const live = new Map<number, Set<number>>();
    const pages = (from: number, size: number): readonly number[] =>
      Array.from({ length: size / 4096 }, (_, page) => from / 4096 + page);
    const wrong = workload.operations.filter((operation) => {
      if (operation.do === "map" || operation.do === "resize")
        live.set(
          operation.mapping,
          new Set(pages(0, operation.do === "map" ? operation.size : operation.newSize)),
        );
      if (operation.do !== "unmap" && operation.do !== "remap-part") return false;
      const { spot, size } = operation;
      const known = live.get(spot.mapping) ?? new Set();
      const touched = pages(spot.offset, size);
      if (operation.do === "unmap") return touched.some((page) => !known.delete(page));
      for (const page of touched) known.add(page);
      return false;
    });
    expect(wrong).toEqual([]);
  });

  it("by the kernel agrees with the model of the kernel", async () => {
    const workload = compose({ ...composition, load: () => 0.6 });
    const share = async (by: "kernel" | "kernel-model"): Promise<number> =>
      replayFigures(await replay(root, workload, { by }, true), 1000).largestOfFree;
    expect(Math.abs((await share("kernel")) - (await share("kernel-model")))).toBeLessThan(0.1);
  }, 900_000);
});
