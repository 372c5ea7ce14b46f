import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Abi, Field } from "../../codegen/abi/model.ts";
import { parseElf, sectionBytes, sectionNamed } from "../../codegen/elf.ts";
import { symbols } from "../../codegen/elf-symbols.ts";
import { emitGenerated } from "../../codegen/emit/tree.ts";
import { prefixTree, readTree } from "../../codegen/source-tree.ts";
import { TARGETS } from "../../codegen/targets.ts";
import { zigPath } from "../../codegen/toolchain.ts";
import type { Uses } from "../../codegen/uses.ts";
import { fixtureAbi } from "./fixture.ts";

const root = join(import.meta.dirname, "../..");
const templates = prefixTree(readTree(join(root, "templates")), "templates");
const folder = mkdtempSync(join(tmpdir(), "wine-ld-layout-"));
afterAll(() => rmSync(folder, { recursive: true }));

const abis: readonly Abi[] = [fixtureAbi, ...allAbis];

/** Every field of every struct, as if the runtime used them all. */
function allUses(abi: Abi): Uses {
  const place = { path: "test", line: 0 };
  return {
    fields: abi.structs.flatMap(({ name, fields }) =>
      fields.map((field) => ({ struct: name, field: field.name, ...place })),
    ),
    structs: abi.structs.map(({ name }) => ({ name, ...place })),
    objects: [],
    definitions: [],
    ownStructs: new Set(),
  };
}

function generated(abi: Abi, uses: Uses): ReadonlyMap<string, string> {
  return emitGenerated({ abi, target: TARGETS[abi.arch], runtime: new Map(), templates, uses });
}

/** Compiles `text` for the ABI's target; the generated headers lie beside it. */
function compile(abi: Abi, uses: Uses, text: string): Buffer {
  const work = join(folder, abi.id);
  mkdirSync(work, { recursive: true });
  for (const [path, content] of generated(abi, uses)) writeFileSync(join(work, path), content);
  writeFileSync(join(work, "test.c"), text);
  const { zigTriple, zigCpu } = TARGETS[abi.arch];
  const flags = [
    "-target",
    zigTriple,
    `-mcpu=${zigCpu}`,
    "-std=gnu11",
    "-ffreestanding",
    "-Wall",
    "-Werror",
  ];
  const include = ["-I", work, "-I", join(root, "runtime")];
  const command = [
    "cc",
    "-c",
    ...flags,
    ...include,
    "-o",
    join(work, "test.o"),
    join(work, "test.c"),
  ];
  execFileSync(zigPath(root, process.env), command, {
    env: {
      ...process.env,
      ZIG_LOCAL_CACHE_DIR: join(root, ".cache/zig"),
      ZIG_GLOBAL_CACHE_DIR: join(root, ".cache/zig"),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return readFileSync(join(work, "test.o"));
}

/** The bit-fields of an ABI that the views hold. */
function bitFields(abi: Abi): readonly { readonly tag: string; readonly field: Field }[] {
  return abi.structs.flatMap((struct) =>
    struct.fields
      .filter(({ bits }) => bits !== undefined)
      .map((field) => ({ tag: `${struct.kind} ${struct.name}`, field })),
  );
}

describe.each(abis)("glibc_layout.h of $id", (abi) => {
  it("holds every field of every struct at its offset: the compiler checks each assertion", () => {
    const uses = allUses(abi);
    const header = generated(abi, uses).get("glibc_layout.h") ?? "";
    const fields = abi.structs.flatMap((struct) => struct.fields.filter(({ bits }) => !bits));
    const assertions = header.match(/^_Static_assert\(/gm) ?? [];
    expect(assertions.length).toBe(fields.length + abi.structs.length);
    expect(() => compile(abi, uses, '#include "glibc_layout.h"\nint unused;\n')).not.toThrow();
  });

  it("puts bit-fields at their bits", () => {
    const wanted = bitFields(abi);
    const text = wanted.map(
      ({ tag, field }, index) =>
        `const ${tag} object_${index} = {.${field.name} = ~0u & ${2 ** (field.bits?.width ?? 1) - 1}u};`,
    );
    const elf = parseElf(
      compile(abi, allUses(abi), ['#include "glibc_layout.h"', ...text, ""].join("\n")),
    );
    for (const [index, { tag, field }] of wanted.entries()) {
      const symbol = symbols(elf).find(({ name }) => name === `object_${index}`);
      const section = elf.sections[symbol?.section ?? 0];
      if (!symbol || !section) throw new Error(`no object_${index}`);
      const bytes = sectionBytes(elf, section).subarray(symbol.value, symbol.value + symbol.size);
      expect(setBits(bytes), `${tag}.${field.name}`).toEqual(bitsOf(field));
    }
  });

  it("is wrong when an offset is wrong", () => {
    const [first] = abi.structs.filter(({ name }) => name === "link_map");
    if (!first) throw new Error("no link_map");
    const moved = first.fields.map((field) =>
      field.name === "l_phnum" ? { ...field, offset: field.offset + 1 } : field,
    );
    const structs = [
      { ...first, fields: moved },
      ...abi.structs.filter((struct) => struct !== first),
    ];
    const broken = { ...abi, id: `${abi.id}-broken`, structs };
    const uses = {
      ...allUses(abi),
      fields: [{ struct: "link_map", field: "l_phnum", path: "", line: 0 }],
    };
    expect(() => compile(broken, uses, '#include "glibc_layout.h"\n')).toThrow(
      /offsetof\(struct link_map, l_phnum\)/,
    );
  });
});

function setBits(bytes: Buffer): readonly number[] {
  return [...bytes].flatMap((byte, index) =>
    [...Array(8).keys()].filter((bit) => byte & (1 << bit)).map((bit) => index * 8 + bit),
  );
}

function bitsOf({ offset, bits }: Field): readonly number[] {
  const first = offset * 8 + (bits?.first ?? 0);
  return [...Array(bits?.width ?? 0).keys()].map((bit) => first + bit);
}

describe("the data objects", () => {
  it("have the exported sizes in the symbol table", () => {
    const text = '#include "glibc_data.c"\n';
    const elf = parseElf(compile(fixtureAbi, allUses(fixtureAbi), text));
    const sizes = new Map(symbols(elf).map(({ name, size }) => [name, size]));
    for (const { name, size } of fixtureAbi.exports.filter(({ type }) => type === "object")) {
      expect(sizes.get(name), name).toBe(size);
    }
    expect(sectionNamed(elf, ".data.rel.ro")?.size).toBe(24);
  });
});
