/** Reading traces: the format, the lines, the address space that a trace tells. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { placements } from "../../cli/space/address-space.ts";
import { parseMaps } from "../../cli/space/maps-file.ts";
import { decodeTrace, TRACE_OPS } from "../../cli/space/trace-format.ts";
import { eventLine, filterTrace, traceSummary } from "../../cli/space/trace-lines.ts";
import { traceState } from "../../cli/space/trace-state.ts";
import { SPACE_KINDS } from "../../cli/space/workload.ts";
import { linkerPath, root, whyNotComparable } from "../harness/linkers.ts";
import { mapRecord, seedRecord, traceFile, unmapRecord } from "./trace-writer.ts";

/** The names in a C enum, from the one that begins with 0 or 1 on. */
function enumNames(file: string, name: string, prefix: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(text)?.[1] ?? "";
  const bare = body.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return [...bare.matchAll(/[A-Z_]+/g)].map(([word]) => word.slice(prefix.length).toLowerCase());
}

describe("the format", () => {
  it("has the operations and kinds that the recorder has", () => {
    expect([...TRACE_OPS, "rule"]).toEqual(
      enumNames("runtime/space/trace.h", "trace_op", "TRACE_"),
    );
    const kinds = enumNames("runtime/space/space.h", "space_kind", "SPACE_");
    expect([...SPACE_KINDS, "kinds"]).toEqual(kinds);
  });

  it("gives back what was written, errors too", () => {
    const { header, events } = decodeTrace(
      traceFile(8, [
        seedRecord(0x7ffd00000000, 0x21000, "stack"),
        mapRecord(0x7f0000001000, 10000, "heap"),
        { op: "protect", time: 300, numbers: [0x7f0000001000, 4096, 1] },
        { op: "map", time: 500, result: -12, numbers: [0, 2 ** 46, 3, 0x22, 0, 0, 3, 0, 0] },
        { op: "name", numbers: [0x1000, 4096], name: "/lib/libö.so" },
      ]),
    );
    expect(header).toMatchObject({ wordSize: 8, pid: 4711, policy: "compact" });
    expect(header.started.getTime()).toBe(1_700_000_000_000);
    expect(events).toMatchObject([
      { op: "seed", kind: "stack", address: 0x7ffd00000000, size: 0x21000 },
      { op: "map", kind: "heap", result: 0x7f0000001000, size: 10000, file: -1, error: 0 },
      { op: "protect", protection: 1, time: 300 },
      { op: "map", error: 12, size: 2 ** 46 },
      { op: "name", name: "/lib/libö.so" },
    ]);
  });

  it("goes on in the next window", () => {
    const records = Array.from({ length: 100_000 }, (_, index) => unmapRecord(index * 4096, 4096));
    const file = traceFile(4, records);
    expect(file.length).toBeGreaterThan(1 << 20);
    const { events } = decodeTrace(file);
    expect(events.length).toBe(records.length);
    expect(events.every(({ address }, index) => address === index * 4096)).toBe(true);
  });

  it("says where a file is damaged, and that another is no trace", () => {
    const file = traceFile(4, [unmapRecord(0, 4096)]);
    const unknown = Buffer.from(file);
    unknown[65] = 99;
    expect(() => decodeTrace(unknown)).toThrow("damaged at byte 64");
    const cut = Buffer.from(file);
    cut[64] = 3;
    expect(() => decodeTrace(cut)).toThrow("damaged at byte 64");
    expect(() => decodeTrace(Buffer.from("hello"))).toThrow("not a trace");
  });
});

describe("lines", () => {
  const { events, rules } = decodeTrace(
    traceFile(4, [
      { op: "rule", numbers: [7, 0], name: "place any in all top" },
      mapRecord(0x10000000, 65536, "anonymous", 0x4022, 0, 7),
      { op: "map", time: 1234, result: -12, numbers: [0, 2 ** 30, 3, 0x22, 0, 0, 3, 0, 0] },
      unmapRecord(0x10000000, 4096),
    ]),
  );

  it("tell range, protection, flags and errors", () => {
    const [mapped = "", failed = ""] = events.map((event) => eventLine(event, rules));
    expect(mapped).toContain("0x10000000-0x10010000");
    expect(mapped).toMatch(
      /64 KiB {2}rw- anonymous {2}private,noreserve {2}by 0x00001234 {2}rule 7: place any in all top$/,
    );
    expect(failed).toMatch(/^ +1\.234 {2}map .*1 GiB.*FAILED: ENOMEM$/);
  });

  it("can be chosen by call, address, size and failure", () => {
    expect(filterTrace(events, { ops: ["unmap"] })).toEqual([events[2]]);
    expect(filterTrace(events, { at: 0x10001000 })).toEqual([events[0]]);
    expect(filterTrace(events, { least: 65536 })).toEqual(events.slice(0, 2));
    expect(filterTrace(events, { failed: true })).toEqual([events[1]]);
  });

  it("sum up by call", () => {
    const lines = traceSummary(decodeTrace(traceFile(4, [mapRecord(0x10000000, 65536)])));
    expect(lines.at(-1)).toMatch(/^map +1 +0 +64 KiB +64 KiB$/);
  });
});

describe("why a mapping is where it is", () => {
  it("is told of a trace, by what placed it", () => {
    const trace = decodeTrace(
      traceFile(4, [
        { op: "rule", numbers: [7, 0], name: "place any in all top" },
        mapRecord(0x10000000, 65536, "anonymous", 0x22, 0, 7),
        mapRecord(0x20000000, 4096, "anonymous", 0x22, 0x20000000),
        mapRecord(0x30000000, 8192, "anonymous", 0x22),
        { op: "claim", result: 0x40000000, numbers: [0x40000000, 0x8000, 4096, 7] },
      ]),
    );
    expect(placements(traceState("", trace, "end").mappings)).toEqual([
      { reason: "rule 7: place any in all top", bytes: 65536 + 0x8000, mappings: 2 },
      { reason: "the kernel", bytes: 8192, mappings: 1 },
      { reason: "the caller, who named the address", bytes: 4096, mappings: 1 },
    ]);
  });
});

describe("the address space of a trace", () => {
  const trace = decodeTrace(
    traceFile(4, [
      mapRecord(0x10000000, 0x10000),
      { op: "claim", result: 0x20000000, numbers: [0x20000000, 0x8000, 4096] },
      mapRecord(0x20001000, 0x2000, "file", 0x12, 0x20001000),
      { op: "name", numbers: [0x20000000, 0x8000], name: "/lib/libfoo.so" },
      unmapRecord(0x10004000, 0x4000),
      {
        op: "remap",
        result: 0x30000000,
        numbers: [0x10008000, 0x8000, 0x10000, 1, 0, 0],
      },
      { op: "unmap", time: 1000, numbers: [0x20000000, 0x8000, 0] },
    ]),
  );
  const ranges = (moment: "end" | "peak" | number) =>
    traceState("test", trace, moment).mappings.map(({ start, end, owner }) => [start, end, owner]);

  it("is what the calls have left", () => {
    expect(ranges("end")).toEqual([
      [0x10000000, 0x10004000, "anonymous memory"],
      [0x30000000, 0x30010000, "anonymous memory"],
    ]);
  });

  it("can be had for the moment when most was mapped, and for any other", () => {
    const named = ranges("peak").filter(([, , owner]) => owner === "libfoo.so");
    expect(named.map(([start]) => start)).toEqual([0x20000000, 0x20001000, 0x20003000]);
    expect(ranges(999)).toEqual(ranges("peak"));
  });
});

describe.runIf(whyNotComparable("x86_64") === undefined)("a trace of the linker", () => {
  it("knows every library that the kernel lists, and the rule that placed it", () => {
    const folder = mkdtempSync(join(tmpdir(), "wine-ld-trace-"));
    const file = join(folder, "trace");
    const { stdout } = spawnSync(linkerPath("subject", "x86_64"), ["/bin/cat", "/proc/self/maps"], {
      encoding: "utf8",
      env: { ...process.env, WINE_LD_TRACE: file },
    });
    const state = traceState("cat", decodeTrace(readFileSync(file)), "end");
    rmSync(folder, { recursive: true });
    const listed = parseMaps(stdout).filter(({ owner }) => owner === "libc.so.6");
    expect(listed.length).toBeGreaterThan(3);
    for (const { start, end } of listed) {
      const inside = state.mappings.filter(
        (mapping) => mapping.start < end && mapping.end > start && mapping.kind === "image",
      );
      const bytes = inside.reduce(
        (sum, mapping) => sum + Math.min(mapping.end, end) - Math.max(mapping.start, start),
        0,
      );
      expect(bytes).toBe(end - start);
      expect(new Set(inside.map(({ owner }) => owner))).toEqual(new Set(["libc.so.6"]));
      for (const { reason } of inside) expect(reason).toMatch(/^rule \d+: place (image|any) /);
    }
    expect(state.mappings.map(({ owner }) => owner)).toContain("cat");
  });
});
