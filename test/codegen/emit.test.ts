import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { GenerationError } from "../../codegen/diagnostic.ts";
import { versionScript } from "../../codegen/emit/exports.ts";
import { emitGenerated, generatedBy } from "../../codegen/emit/tree.ts";
import { generatedFiles } from "../../codegen/generate.ts";
import { selectRuntime } from "../../codegen/select-runtime.ts";
import { compareTrees, prefixTree, readTree } from "../../codegen/source-tree.ts";
import { SYSCALL_NAMES, TARGETS } from "../../codegen/targets.ts";
import type { Uses } from "../../codegen/uses.ts";
import { fixtureAbi } from "./fixture.ts";

const root = join(import.meta.dirname, "../..");
const templates = prefixTree(readTree(join(root, "templates")), "templates");
const noUses: Uses = {
  fields: [],
  structs: [],
  objects: [],
  definitions: [],
  ownStructs: new Set(),
};

/** What is generated for the made-up glibc and one file of runtime/glibc/. */
function generated(text = ""): ReadonlyMap<string, string> {
  const { runtime, uses } = selectRuntime(
    fixtureAbi,
    new Map([["runtime/glibc/a.c", text]]),
    templates,
  );
  return emitGenerated({ abi: fixtureAbi, target: TARGETS.x86_64, runtime, templates, uses });
}

describe("generated files", () => {
  it("begin with the command that makes them", () => {
    for (const [path, text] of generated()) {
      expect(text.split("\n")[0], path).toBe(
        "/* Made by: npx wine-ld build --abi glibc-9.9-x86_64 */",
      );
    }
    expect(generatedBy(fixtureAbi)).toContain("npx wine-ld build");
  });

  it("hold the architecture's own templates, and no other's", () => {
    expect(generated().get("arch.h")).toContain("Elf64_Rela elf_reloc");
    expect(generated().get("start.S")).toContain("%rsp");
  });

  it("give only the used fields, the rest as padding", () => {
    const header = generated("void f(struct link_map *m) { m->l_global = m->l_phnum; }").get(
      "glibc_layout.h",
    );
    expect(header).toContain(
      [
        "struct link_map {",
        "    unsigned char _pad_0[41];",
        "    unsigned char _pad_1 : 1;",
        "    unsigned char l_global : 1;",
        "    unsigned char _pad_2 : 6;",
        "    unsigned char _pad_3[14];",
        "    uint16_t l_phnum;",
        "    unsigned char _pad_4[6];",
        "};",
      ].join("\n"),
    );
  });

  it("lay overlapping fields over each other and type pointers to seen structs only", () => {
    const header = generated(
      "void *f(struct link_map *m) { return m->l_chain ? m->l_buckets : m->l_next->l_name; }",
    ).get("glibc_layout.h");
    expect(header).toContain("    struct link_map *l_next;");
    expect(header).toContain("    void *l_name;");
    expect(header).toMatch(/union \{\n\s+void \*l_buckets;\n\s+void \*l_chain;\n\s+\};/);
  });

  it("hold the tunables in id order, negative values in two's complement", () => {
    const table = generated().get("tunables_table.h");
    expect(table).toContain("enum { TUNABLE_COUNT = 2 };");
    expect(table).toContain(
      '    {TUNABLE("glibc.malloc.check"), "MALLOC_CHECK_", TUNABLE_INT32, TUNABLE_SXID_ERASE, ' +
        "UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffff80000000), UINT64_C(0x3)},\n" +
        '    {TUNABLE("glibc.cpu.hwcaps"), "", TUNABLE_STRING, TUNABLE_SXID_NONE, 0, 0, 0},',
    );
  });

  it("hold cpuid leaves, vdso slots, mmap entries and the identity", () => {
    const files = generated();
    expect(files.get("cpu_features_table.h")).toContain("CPUID_INDEX_D_ECX_1,");
    expect(files.get("cpu_features_table.h")).toContain("GLIBC_CPUID_COUNT = 2,");
    expect(files.get("cpu_features_table.h")).toContain('{"Slow_BSF", PREFER_SLOW_BSF},');
    expect(files.get("cpu_features_table.h")).toContain("[CPU_OTHER] = 3,");
    expect(files.get("vdso_slots.h")).toContain(
      '{offsetof(struct rtld_global_ro, _dl_vdso_time), "__vdso_time", "LINUX_2.6"},',
    );
    expect(files.get("mmap_entries.h")).toContain(
      '{"libc.so.6", "munmap", "GLIBC_2.2.5", 33, 5, 0, 5, {0xb8, 0x0b, 0x00, 0x00, 0x00}, {0xff, 0xff, 0xff, 0xff, 0x00}},',
    );
    expect(files.get("glibc_identity.h")).toContain("{0xa1, 0xb2, 0xc3, 0xd4},");
    expect(files.get("glibc_identity.h")).toContain("#define GLIBC_LEGACY_HWCAPS 0");
  });

  it("export functions of a version that is not the default", () => {
    expect(generated().get("compat_exports.S")).toContain("\ncompat_export old_name, GLIBC_2.4\n");
    expect(generated().get("exports.map")).not.toContain("old_name");
  });

  it("define every data object that is exported, and none that the runtime defines", () => {
    expect(generated().get("glibc_data.c")).toContain("void *__libc_stack_end;");
    expect(generated("void *__libc_stack_end;").get("glibc_data.c")).not.toContain(
      "void *__libc_stack_end;",
    );
  });
});

describe("the version script", () => {
  it("has the nodes in order, empty ones too, and hides the rest", () => {
    expect(versionScript(fixtureAbi, noUses)).toBe(
      [
        "GLIBC_2.2.5 {",
        "    global:",
        "        __libc_stack_end;",
        "    local:",
        "        *;",
        "};",
        "GLIBC_2.4 {",
        "} GLIBC_2.2.5;",
        "GLIBC_PRIVATE {",
        "    global:",
        "        _dl_open_it;",
        "        _rtld_global;",
        "        _rtld_global_ro;",
        "} GLIBC_2.4;",
      ].join("\n"),
    );
  });

  it("adds the linker's own functions, from runtime/space/ alone", () => {
    const definitions = [
      { name: "wine_ld_query", path: "runtime/space/api.c", line: 1 },
      { name: "wine_ld_other", path: "runtime/dl.c", line: 1 },
    ];
    const script = versionScript(fixtureAbi, { ...noUses, definitions });
    expect(script).toContain("WINE_LD_1 {\n    global:\n        wine_ld_query;\n} GLIBC_PRIVATE;");
    expect(script).not.toContain("wine_ld_other");
  });

  it("complains about a symbol whose version is no node", () => {
    expect(() => versionScript({ ...fixtureAbi, versionNodes: [] }, noUses)).toThrow(
      GenerationError,
    );
  });
});

describe("targets", () => {
  it.each(Object.values(TARGETS))("$arch: relocation types are listed once", (target) => {
    const types = target.relocations.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it("a call that one architecture lacks is -1 there", () => {
    expect(SYSCALL_NAMES).toContain("ipc");
    expect(generated().get("syscall_numbers.h")).toContain("#define SYS_ipc (-1)");
    expect(generated().get("syscall_numbers.h")).toContain("#define SYS_mmap 9");
  });
});

/** One golden tree for each architecture. */
const goldenAbis = allAbis.filter(({ version }) => version === "2.36");

describe.each(goldenAbis)("test/golden/$id", (abi) => {
  it("is what the generator makes (refresh: npx wine-ld build --golden)", () => {
    const golden = readTree(join(root, "test/golden", abi.id));
    expect(golden.size).toBeGreaterThan(0);
    expect(compareTrees(generatedFiles(root, abi), golden)).toEqual({
      missing: [],
      changed: [],
      superfluous: [],
    });
  });
});
