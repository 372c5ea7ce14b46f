import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { placeOf } from "../../codegen/abi/layout.ts";
import type { Abi } from "../../codegen/abi/model.ts";
import { parseElf } from "../../codegen/elf.ts";
import {
  CPU_KIND,
  CPU_PREFERENCE,
  CPUID_INDEX,
  countedNames,
  cpuFeatureLeaves,
} from "../../codegen/ingest/cpu-leaves.ts";
import { mirrorFromSources, sourcesText } from "../../codegen/ingest/debian.ts";
import { parseDeclarations } from "../../codegen/ingest/declarations.ts";
import { findEnumeration } from "../../codegen/ingest/enumerators.ts";
import { importAbi } from "../../codegen/ingest/import.ts";
import { locateDebug, locateGlibc } from "../../codegen/ingest/locate.ts";
import {
  abiConstantName,
  abiModuleText,
  joinBuilds,
  moduleListText,
} from "../../codegen/ingest/module.ts";
import { prologueOf } from "../../codegen/ingest/prologue.ts";
import { LayoutError, resolveStructs, unresolvedNames } from "../../codegen/ingest/structs.ts";
import { debugOf, debugRootOf, pahole, root } from "./needs.ts";

const fixture = readFileSync(join(import.meta.dirname, "fixtures/pahole.c.txt"), "utf8");

describe("C as pahole prints it", () => {
  const declarations = parseDeclarations(fixture);
  const structs = new Map(
    resolveStructs(declarations, ["outer", "Entry"], 4).map((struct) => [struct.name, struct]),
  );
  const field = (name: string) => structs.get("outer")?.fields.find((f) => f.name === name);

  it("is resolved with everything it contains", () => {
    expect([...structs.keys()]).toEqual([
      "Entry",
      "Entry__un",
      "inner",
      "lock_t",
      "outer",
      "outer__cache",
    ]);
    expect(structs.get("outer")).toMatchObject({ kind: "struct", size: 88, align: 8 });
    expect(structs.get("lock_t")).toMatchObject({ kind: "union", size: 8 });
  });

  it("keeps what a pointer points to only when that is one struct", () => {
    expect(field("next")?.type).toEqual({ kind: "pointer", to: "outer" });
    expect(field("table")?.type).toEqual({ kind: "pointer" });
    expect(field("entries")?.type).toEqual({
      kind: "array",
      of: { kind: "pointer", to: "Entry" },
      count: 3,
    });
  });

  it("tells functions from data, through typedefs too", () => {
    expect(field("call")?.type).toEqual({ kind: "function-pointer" });
    expect(field("hook")?.type).toEqual({ kind: "function-pointer" });
  });

  it("counts bits from the byte they are in", () => {
    expect(field("type")).toMatchObject({ offset: 32, size: 1, bits: { first: 0, width: 2 } });
    expect(field("global")).toMatchObject({ offset: 33, size: 1, bits: { first: 3, width: 1 } });
    expect(field("late")).toMatchObject({ offset: 34, type: { size: 1, signed: false } });
  });

  it("flattens anonymous unions and names the structs of named members", () => {
    expect(field("buckets")).toMatchObject({ offset: 28, type: { kind: "pointer" } });
    expect(field("chain")).toMatchObject({ offset: 28, overlay: true });
    expect(field("cache")?.type).toEqual({ kind: "struct", name: "outer__cache" });
    expect(structs.get("outer__cache")).toMatchObject({ size: 20 });
    expect(structs.get("outer__cache")?.fields[1]).toMatchObject({ name: "pair", offset: 4 });
  });

  it("keeps alignment, nested and flexible arrays", () => {
    expect(field("lock")).toMatchObject({ offset: 40, align: 8 });
    const char = { kind: "integer", size: 1, signed: true };
    expect(field("names")?.type).toEqual({
      kind: "array",
      of: { kind: "array", of: char, count: 9 },
      count: 2,
    });
    expect(field("tail")).toMatchObject({ size: 0, type: { kind: "array", count: 0 } });
  });

  it("has enumerations, and names that it does not explain", () => {
    expect(declarations.enums.get("number_t")?.get("SECOND")).toBe(7);
    expect(unresolvedNames(declarations)).toEqual([]);
    const odd = parseDeclarations("struct s {\n\tmystery_t x; /* 0 4 */\n\t/* size: 4, */\n};\n");
    expect(unresolvedNames(odd)).toEqual(["mystery_t"]);
    expect(() => resolveStructs(odd, ["s"], 4)).toThrow(LayoutError);
  });

  it("must have offsets, and sizes that fit the types", () => {
    expect(() => parseDeclarations("struct s {\n\tint x;\n};\n")).toThrow("no offset");
    const odd = parseDeclarations("struct s {\n\tint x; /* 0 8 */\n\t/* size: 8, */\n};\n");
    expect(() => resolveStructs(odd, ["s"], 4)).toThrow("int is 4 bytes, pahole says 8");
  });
});

describe("the leaves of the cpu features", () => {
  it("are read out of the enumerators' names", () => {
    const names = ["CPUID_INDEX_1", "CPUID_INDEX_80000001", "CPUID_INDEX_D_ECX_1"];
    expect(
      cpuFeatureLeaves([
        ...names.map((name, value) => ({ name, value })),
        { name: "CPUID_INDEX_MAX", value: 3 },
      ]),
    ).toEqual([
      { index: "1", leaf: 1, subleaf: 0 },
      { index: "80000001", leaf: 0x80000001, subleaf: 0 },
      { index: "D_ECX_1", leaf: 13, subleaf: 1 },
    ]);
  });

  it("must be counted from zero", () => {
    expect(() => cpuFeatureLeaves([{ name: "CPUID_INDEX_7", value: 1 }])).toThrow("expected 0");
  });
});

describe("kinds of processors and preferences", () => {
  it("are the enumerators' names in the order of their values", () => {
    const enumerators = ["_bitindex_arch_Slow_BSF", "arch_kind_intel", "_bitindex_arch_I586"];
    const values = enumerators.map((name, index) => ({ name, value: Math.floor(index / 2) }));
    expect(countedNames(values, CPU_PREFERENCE)).toEqual(["Slow_BSF", "I586"]);
    expect(countedNames(values, CPU_KIND)).toEqual(["intel"]);
  });

  it("must be counted from zero", () => {
    const lone = [{ name: "arch_kind_amd", value: 2 }];
    expect(() => countedNames(lone, CPU_KIND)).toThrow("amd is 2, expected 0");
  });
});

describe("the first instructions of a body", () => {
  const masked = (hexadecimal: string, arch: "x86_64" | "i386") => {
    const { bytes, mask } = prologueOf(Buffer.from(hexadecimal, "hex"), 16, arch);
    return bytes.replace(/../g, (byte, at: number) => (mask.startsWith("ff", at) ? byte : ".."));
  };

  it("are compared without distances to other sections", () => {
    // push edi, esi, ebx; call thunk; add ebx, GOT; sub esp, 16
    expect(masked("575653e82d2c050081c33c07100083ec10", "i386")).toBe(
      "575653e8........81c3........83ec10",
    );
    // mov eax, 12; syscall; mov rdx, [rip+…]; mov [rdx], rax
    expect(masked("b80c0000000f05488b15e2510d00488902", "x86_64")).toBe(
      "b80c0000000f05488b15........488902",
    );
  });

  it("keep what only looks like a distance", () => {
    // mov rax, fs:0x28 has an absolute address; test r9d, 0xfff an immediate
    expect(masked("4883ec5864488b04252800000090909090", "x86_64")).toBe(
      "4883ec5864488b042528000000",
    );
    expect(masked("41f7c1ff0f00007514b809000000c3c3", "x86_64")).toBe(
      "41f7c1ff0f00007514b809000000c3c3",
    );
  });

  it("end at an instruction that is not known", () => {
    expect(masked("f30f1efa0f0bb80c000000", "x86_64")).toBe("f30f1efa");
  });
});

describe("Debian's mirror", () => {
  const stanza = [
    "Types: deb",
    "# a comment",
    "URIs: http://example.org/debian/",
    "Suites: bookworm bookworm-updates",
    "Components: main",
    "Signed-By: /usr/share/keyrings/example.gpg",
    "",
    "Types: deb",
    "URIs: http://example.org/security",
    "Suites: bookworm-security",
    "Components: main",
  ].join("\n");

  it("is found in both forms of apt's sources", () => {
    expect(mirrorFromSources([{ name: "a.sources", text: stanza }], "bookworm")).toEqual({
      main: "http://example.org/debian",
      security: "http://example.org/security",
      signedBy: "/usr/share/keyrings/example.gpg",
    });
    const line = "deb [signed-by=/k.gpg] http://example.org/d sid main contrib\n";
    expect(mirrorFromSources([{ name: "sources.list", text: line }], "sid")).toEqual({
      main: "http://example.org/d",
      signedBy: "/k.gpg",
    });
  });

  it("is not taken from sources of something else", () => {
    const other = "deb http://example.org/apt stable main\n# deb http://example.org/d sid main\n";
    expect(mirrorFromSources([{ name: "sources.list", text: other }], "sid")).toBeUndefined();
    const off = `Enabled: no\n${stanza}`;
    expect(mirrorFromSources([{ name: "a.sources", text: off }], "bookworm")).toBeUndefined();
  });

  it("has no security updates for sid", () => {
    const mirror = { main: "http://example.org/d", security: "http://example.org/s" };
    expect(sourcesText(mirror, "sid")).not.toContain("security");
    expect(sourcesText(mirror, "trixie")).toContain("Suites: trixie-security");
  });
});

describe("modules", () => {
  it.each(allAbis.map((abi) => [abi.id, abi] as const))(
    "%s is as it would be written",
    (id, abi) => {
      expect(readFileSync(join(root, "codegen/abi", `${id}.ts`), "utf8")).toBe(abiModuleText(abi));
    },
  );

  it("are all listed", () => {
    const text = readFileSync(join(root, "codegen/abi/modules.ts"), "utf8");
    expect(text).toBe(moduleListText(allAbis.map(({ id }) => id)));
    expect(text).toContain(abiConstantName("glibc-2.36-x86_64"));
  });

  it("take a further build only when nothing else differs", () => {
    const [abi] = allAbis as [Abi, ...Abi[]];
    const build = { package: "another", ldsoBuildId: "aa", libcBuildId: "bb" };
    expect(joinBuilds(abi, { ...abi, builds: [build] })?.builds).toEqual([build, ...abi.builds]);
    expect(joinBuilds(abi, { ...abi, tunables: abi.tunables.slice(1), builds: [build] })).toBe(
      undefined,
    );
  });

  it("take a further build whose entries call at another distance, not one with other code", () => {
    const abi = allAbis.find(({ id }) => id === "glibc-2.36-i386") as Abi;
    const changed = (mask: string) => ({
      ...abi,
      builds: [],
      mmapEntries: abi.mmapEntries.map((entry) => ({
        ...entry,
        prologue: entry.prologue.replace(/../g, (byte, at) =>
          entry.prologueMask.slice(at, at + 2) === mask ? "11" : byte,
        ),
      })),
    });
    expect(changed("00").mmapEntries).not.toEqual(abi.mmapEntries);
    expect(joinBuilds(abi, changed("00"))).toEqual(abi);
    expect(joinBuilds(abi, changed("ff"))).toBe(undefined);
  });

  it("agree with what glibc documents of itself", () => {
    for (const abi of allAbis) {
      const word = abi.arch === "i386" ? 4 : 8;
      expect(placeOf(abi, "link_map", "l_next")?.offset, abi.id).toBe(3 * word);
      expect(placeOf(abi, "r_debug", "r_brk")?.offset, abi.id).toBe(2 * word);
      expect(abi.tunables.map(({ name }) => name)).toContain("glibc.malloc.tcache_count");
      expect(abi.exports.find(({ name }) => name === "_dl_argv")?.size).toBe(word);
      expect(abi.imports.some(({ name }) => name === "_rtld_global_ro")).toBe(true);
      expect(abi.mmapEntries.map(({ symbol }) => symbol)).toContain("munmap");
    }
  });
});

describe.each(allAbis.map((abi) => [abi.id, abi] as const))("importing %s again", (_, abi) => {
  it("gives the same module", async (context) => {
    const folder = debugRootOf(abi);
    const tool = pahole();
    if ("missing" in folder) return context.skip(folder.missing);
    if ("missing" in tool) return context.skip(tool.missing);
    const files = locateGlibc(folder.value, abi.arch);
    const ldsoDebug = debugOf(folder.value, abi.arch) ?? "";
    const imported = await importAbi({ files, ldsoDebug, id: abi.id });
    expect({ ...imported, builds: [] }).toEqual({ ...abi, builds: [] });
    expect(abi.builds).toContainEqual(imported.builds[0]);
  });

  it("finds the enumeration that pahole does not print", (context) => {
    const folder = debugRootOf(abi);
    if ("missing" in folder) return context.skip(folder.missing);
    const debug = readFileSync(debugOf(folder.value, abi.arch) ?? "");
    const found = findEnumeration(parseElf(debug), CPUID_INDEX) ?? [];
    const leaves = found.filter(({ name }) => CPUID_INDEX.test(name));
    expect(leaves.map(({ value }) => value)).toEqual(abi.cpuFeatureLeaves.map((__, i) => i));
    expect(leaves.map(({ name }) => name.replace(/^.*CPUID_INDEX_/, ""))).toEqual(
      abi.cpuFeatureLeaves.map(({ index }) => index),
    );
  });
});

describe("what is missing", () => {
  it("is named with its package", () => {
    expect(() => locateGlibc("/nonexistent", "x86_64")).toThrow(/ld-linux-x86-64\.so\.2 .*libc6/);
    expect(() => locateDebug(process.execPath, ["/nonexistent"])).toThrow(/libc6-dbg|no build-id/);
  });
});
