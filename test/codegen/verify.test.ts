import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { placeOf } from "../../codegen/abi/layout.ts";
import type { Abi, Field } from "../../codegen/abi/model.ts";
import { locateGlibc, readElf } from "../../codegen/ingest/locate.ts";
import { verifyLayout } from "../../codegen/verify/c-layout.ts";
import { combined, compared, describeDifferences } from "../../codegen/verify/check.ts";
import { LINKER_REASONS } from "../../codegen/verify/reasons.ts";
import { compareStates } from "../../codegen/verify/snapshot/compare.ts";
import { parseSnapshot, SnapshotError } from "../../codegen/verify/snapshot/file.ts";
import { verifyStatic } from "../../codegen/verify/static.ts";
import { verifyThreadDb } from "../../codegen/verify/thread-db.ts";
import { describeReport, verifyAbi } from "../../codegen/verify.ts";
import { isInRange } from "../../codegen/version-range.ts";
import { cacheDir, root, rootOf } from "./needs.ts";

const abis = allAbis.map((abi) => [abi.id, abi] as const);

/** The ABI with one field changed. */
function changed(abi: Abi, struct: string, field: string, change: Partial<Field>): Abi {
  const structs = abi.structs.map((item) =>
    item.name !== struct
      ? item
      : { ...item, fields: item.fields.map((f) => (f.name === field ? { ...f, ...change } : f)) },
  );
  return { ...abi, structs };
}

function moved(abi: Abi, struct: string, field: string, distance: number): Abi {
  const offset = placeOf(abi, struct, field)?.offset ?? 0;
  return changed(abi, struct, field, { offset: offset + distance });
}

function stripped(abi: Abi, folder: string) {
  const files = locateGlibc(folder, abi.arch);
  return {
    ldso: readElf(files.ldso),
    libraries: new Map([...files.libraries].map(([name, path]) => [name, readElf(path)] as const)),
  };
}

describe.each(abis)("the rules of layout on %s", (_, abi) => {
  it("hold", () => {
    expect(verifyLayout(abi).differences).toEqual([]);
  });

  it("break wherever one offset is changed", () => {
    const word = abi.arch === "i386" ? 4 : 8;
    const unnoticed = abi.structs.flatMap((struct) =>
      struct.fields
        .filter((field) => !field.overlay && !field.bits && field.size > 0)
        .flatMap((field) =>
          [word, -word]
            .filter((distance) => field.offset + distance >= 0)
            .filter((distance) => {
              const wrong = moved(abi, struct.name, field.name, distance);
              return verifyLayout(wrong).differences.length === 0;
            })
            .map((distance) => `${struct.name}.${field.name} ${distance}`),
        ),
    );
    // A mutex on i386 ends in a union inside a union; moved, its list looks like one more member.
    expect(unnoticed.filter((text) => !text.startsWith("__pthread_mutex_s."))).toEqual([]);
  });
});

describe.each(abis)("the stripped files against %s", (_, abi) => {
  it("agree", (context) => {
    const folder = rootOf(abi);
    if ("missing" in folder) return context.skip(folder.missing);
    const verdict = verifyStatic(abi, stripped(abi, folder.value));
    expect(describeDifferences(verdict.differences)).toEqual([]);
    expect(verdict.compared).toBeGreaterThan(100);
  });

  it("tell what differs", (context) => {
    const folder = rootOf(abi);
    if ("missing" in folder) return context.skip(folder.missing);
    const [first, second, ...rest] = abi.tunables;
    const [entry, ...entries] = abi.mmapEntries;
    if (!first || !second || !entry) throw new Error(`${abi.id} is empty`);
    const wrong: Abi = {
      ...moved(abi, "link_map", "l_tls_modid", 8),
      tunables: [second, first, ...rest],
      exports: abi.exports.filter(({ name }) => name !== "_dl_argv"),
      mmapEntries: [{ ...entry, prologue: `90${entry.prologue.slice(2)}` }, ...entries],
    };
    const { differences } = verifyStatic(wrong, stripped(abi, folder.value));
    const offset = placeOf(abi, "link_map", "l_tls_modid")?.offset ?? 0;
    expect(differences.map(({ what }) => what)).toEqual([
      "export _dl_argv@GLIBC_PRIVATE",
      "offset of link_map.l_tls_modid (_thread_db_link_map_l_tls_modid)",
      `entry ${entry.symbol} of libc.so.6`,
      // Earlier records point to their names: a stripped file does not tell the order.
      ...(isInRange({ from: "2.34" }, abi.version) ? ["order of the tunables"] : []),
    ]);
    expect(differences[1]).toMatchObject({ expected: `${offset + 8}`, found: `${offset}` });
  });
});

describe("the debugger's descriptors", () => {
  const [, abi] = abis[0] ?? [];
  if (!abi) throw new Error("no ABI is known");

  it("are read as bits, count and offset", () => {
    const { offset = 0, size = 0 } = placeOf(abi, "pthread", "tid") ?? {};
    const good = { name: "_thread_db_pthread_tid", values: [8 * size, 1, offset] };
    expect(verifyThreadDb(abi, [good])).toEqual({ compared: 2, differences: [] });
    const bad = { name: "_thread_db_pthread_tid", values: [64, 1, offset] };
    expect(describeDifferences(verifyThreadDb(abi, [bad]).differences)).toEqual([
      "size of pthread.tid (_thread_db_pthread_tid): expected 4, found 8",
    ]);
  });

  it("may speak of fields that the module lacks", () => {
    const found = verifyThreadDb(abi, [{ name: "_thread_db_pthread_news", values: [32, 1, 40] }]);
    expect(found.differences).toHaveLength(1);
  });
});

describe("comparing states", () => {
  const state = (entries: Record<string, string>) => new Map(Object.entries(entries));
  const reasons = [
    { paths: /^thread\.tid$/, why: "a number" },
    { paths: /^never$/, why: "unused" },
  ];

  it("tells what differs, what is excused and which reason is idle", () => {
    const result = compareStates(
      state({ a: "1", "thread.tid": "0x10", gone: "x" }),
      state({ a: "2", "thread.tid": "0x11", come: "y" }),
      reasons,
    );
    expect(result.compared).toBe(4);
    expect(result.differences).toEqual([
      { what: "a", expected: "1", found: "2" },
      { what: "gone", expected: "x", found: "0" },
      { what: "come", expected: "0", found: "y" },
    ]);
    expect(result.excused).toEqual([
      { what: "thread.tid", expected: "0x10", found: "0x11", why: "a number" },
    ]);
    expect(result.unused).toEqual([reasons[1]]);
  });

  it("takes a field that is absent for zero", () => {
    expect(compareStates(state({ a: "0" }), state({}), []).differences).toEqual([]);
  });

  it("has a reason in words for everything it excuses", () => {
    expect(LINKER_REASONS.every(({ why }) => why.split(" ").length >= 3)).toBe(true);
  });
});

describe("verdicts", () => {
  it("add up", () => {
    const verdict = combined([compared("a", 1, 1), compared("b", "x", undefined)]);
    expect(verdict.compared).toBe(2);
    expect(describeDifferences(verdict.differences)).toEqual(["b: expected x, found nothing"]);
  });
});

describe("what the snapshot program wrote", () => {
  it("must be whole", () => {
    expect(() => parseSnapshot(Buffer.from("too short"))).toThrow(SnapshotError);
    expect(() => parseSnapshot(Buffer.alloc(1000))).toThrow("did not finish");
  });
});

describe.each(abis)("verifying %s with running programs", (_, abi) => {
  const request = (module: Abi, folder: string) => ({
    abi: module,
    root: folder,
    checkout: root,
    cacheDir,
  });

  it("passes", async (context) => {
    const folder = rootOf(abi);
    if ("missing" in folder) return context.skip(folder.missing);
    const report = await verifyAbi(request(abi, folder.value));
    expect(describeReport(report)).not.toContain("DIFFER");
    expect(report.passed).toBe(true);
    expect(report.parts.map(({ verdict }) => verdict.compared > 100)).toEqual(
      report.parts.map(() => true),
    );
  });

  it("fails readably when one offset is changed", async (context) => {
    const folder = rootOf(abi);
    if ("missing" in folder) return context.skip(folder.missing);
    const { offset = 0 } = placeOf(abi, "rtld_global_ro", "_dl_pagesize") ?? {};
    const wrong = moved(abi, "rtld_global_ro", "_dl_pagesize", 4);
    const report = await verifyAbi(request(wrong, folder.value));
    expect(report.passed).toBe(false);
    const text = describeReport(report);
    expect(text).toMatch(/^glibc-\S+: does NOT fit$/m);
    expect(text).toContain(
      `rtld_global_ro._dl_pagesize: the module says offset ${offset + 4}, found that C puts it at offset ${offset}`,
    );
    expect(text).toMatch(/_rtld_global_ro\._dl_pagesize: expected 0x1000, found /);
  });

  it("finds the state under wine-ld equal to that under glibc's ld.so", async (context) => {
    const folder = rootOf(abi);
    const linker = join(root, "dist", abi.id, abi.soname);
    if ("missing" in folder) return context.skip(folder.missing);
    if (!existsSync(linker)) return context.skip(`${linker} is not there: run \`wine-ld build\``);
    const report = await verifyAbi({ ...request(abi, folder.value), linker });
    expect(describeReport(report)).not.toContain("DIFFER");
  });
});
