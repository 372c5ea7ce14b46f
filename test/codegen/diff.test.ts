import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Abi } from "../../codegen/abi/model.ts";
import { describeDiff, describeStruct, diffAbis } from "../../codegen/diff.ts";
import { fixtureAbi } from "./fixture.ts";

/** The made-up glibc one version later. */
const later: Abi = {
  ...fixtureAbi,
  id: "glibc-9.10-x86_64",
  structs: fixtureAbi.structs.map((struct) =>
    struct.name !== "link_map"
      ? struct
      : {
          ...struct,
          size: 72,
          fields: struct.fields
            .filter(({ name }) => name !== "l_chain")
            .map((field) => {
              if (field.name === "l_phnum") return { ...field, offset: 64 };
              return field.name === "l_global" ? { ...field, bits: { first: 2, width: 1 } } : field;
            }),
        },
  ),
  tunables: [...fixtureAbi.tunables].reverse(),
  exports: fixtureAbi.exports.slice(1),
};

const uses = [
  { struct: "link_map", field: "l_phnum", path: "runtime/glibc/mirror/link_map.c", line: 12 },
  { struct: "rtld_global", field: "l_phnum", path: "runtime/glibc/other.c", line: 3 },
];

describe("two ABIs", () => {
  const diff = diffAbis(fixtureAbi, later, uses);

  it("differ in sizes and in fields that moved or went", () => {
    expect(diff.sizes).toEqual([{ struct: "link_map", before: 64, after: 72 }]);
    expect(diff.fields.map(({ field, before, after }) => [field, before, after])).toEqual([
      ["l_global", "41.1", "41.2"],
      ["l_chain", "48", undefined],
      ["l_phnum", "56", "64"],
    ]);
  });

  it("name the runtime files that use what moved", () => {
    expect(diff.fields.map(({ usedAt }) => usedAt)).toEqual([
      [],
      [],
      ["runtime/glibc/mirror/link_map.c:12"],
    ]);
    const text = describeDiff(diff, true);
    expect(text).toContain(
      "link_map.l_phnum: 56 -> 64  (used at runtime/glibc/mirror/link_map.c:12)",
    );
    expect(text).not.toContain("l_chain");
  });

  it("differ in tunables' ids and in exports", () => {
    const moved = fixtureAbi.tunables.length > 1 ? fixtureAbi.tunables.length : 0;
    expect(diff.tunables.length).toBe(moved - (moved % 2));
    expect(diff.exports.map(({ name, after }) => [name, after])).toEqual([
      [fixtureAbi.exports[0]?.name, undefined],
    ]);
    expect(describeDiff(diff)).toContain(`${fixtureAbi.exports[0]?.name}: `);
  });

  it("are the same when they are", () => {
    expect(describeDiff(diffAbis(fixtureAbi, fixtureAbi))).toBe(
      "glibc-9.9-x86_64 -> glibc-9.9-x86_64\nno difference",
    );
  });
});

describe("the known ABIs", () => {
  it("differ between architectures in the size of a pointer", () => {
    const [a, b] = ["x86_64", "i386"].map((arch) => allAbis.find((abi) => abi.arch === arch));
    if (!a || !b) throw new Error("no ABI for both architectures");
    const moved = diffAbis(a, b).fields.find(
      ({ struct, field }) => struct === "link_map" && field === "l_name",
    );
    expect(moved).toMatchObject({ before: "8", after: "4", usedAt: [] });
  });

  it("can be shown down to the last member", () => {
    const [abi] = allAbis;
    const lines = abi ? describeStruct(abi, "rtld_global") : [];
    expect(lines.some((line) => line.endsWith("_dl_ns[15]._ns_nloaded"))).toBe(true);
    expect(lines[0]).toMatch(/^\s+0\s+[48]\s+_dl_ns\[0\]\._ns_loaded$/);
  });
});
