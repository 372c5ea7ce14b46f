/** Edits of hash tables, symbols and their versions. */
import { entry, lacking, sameAs, table } from "./edit-steps.ts";
import { DT, get, put, sizeOf, stringAt, tableAt } from "./elf-fields.ts";
import type { NamedEdit } from "./named-edit.ts";

const hashes: readonly NamedEdit[] = [
  { name: "GNU hash: no buckets", edits: [table(DT.GNU_HASH, "four", { value: 0 })] },
  {
    name: "GNU hash: one bucket more",
    edits: [table(DT.GNU_HASH, "four", (b, at) => ({ value: get(b, "four", "value", at) + 1 }))],
  },
  { name: "GNU hash: many buckets", edits: [table(DT.GNU_HASH, "four", { value: -1 })] },
  { name: "GNU hash: another first symbol", edits: [table(DT.GNU_HASH, "four", { value: 0 }, 4)] },
  { name: "GNU hash: no words", edits: [table(DT.GNU_HASH, "four", { value: 0 }, 8)] },
  { name: "GNU hash: 3 words", edits: [table(DT.GNU_HASH, "four", { value: 3 }, 8)] },
  { name: "GNU hash: many words", edits: [table(DT.GNU_HASH, "four", { value: 0x80000000 }, 8)] },
  { name: "GNU hash: shift 0", edits: [table(DT.GNU_HASH, "four", { value: 0 }, 12)] },
  { name: "GNU hash: shift 64", edits: [table(DT.GNU_HASH, "four", { value: 64 }, 12)] },
  { name: "GNU hash: bits cleared", edits: [table(DT.GNU_HASH, "word", { value: 0 }, 16)] },
  { name: "GNU hash: bits set", edits: [table(DT.GNU_HASH, "word", { value: -1 }, 16)] },
  { name: "SysV hash alone", edits: [lacking(DT.GNU_HASH)] },
  {
    name: "SysV hash alone: no buckets",
    edits: [lacking(DT.GNU_HASH), table(DT.HASH, "four", { value: 0 })],
  },
  {
    name: "SysV hash alone: no chains",
    edits: [lacking(DT.GNU_HASH), table(DT.HASH, "four", { value: 0 }, 4)],
  },
  {
    name: "SysV hash alone: many buckets",
    edits: [lacking(DT.GNU_HASH), table(DT.HASH, "four", { value: -1 })],
  },
  { name: "SysV hash with GNU hash: no buckets", edits: [table(DT.HASH, "four", { value: 0 })] },
];

/** The distance of the second record of DT_VERNEED, or of the first one's first version. */
const aux = (bytes: Buffer): number => get(bytes, "verneed", "vn_aux", tableAt(bytes, DT.VERNEED));

const nameFrom =
  (other: (bytes: Buffer) => number, plus = 0) =>
  (bytes: Buffer) => ({
    vn_file: other(bytes) + plus,
  });

const needs: readonly NamedEdit[] = [
  ...[0, 2, 0xffff].map((version) => ({
    name: `DT_VERNEED: version ${version}`,
    edits: [table(DT.VERNEED, "verneed", { vn_version: version })],
  })),
  ...[0, 1, 0xffff].map((count) => ({
    name: `DT_VERNEED: vn_cnt ${count}`,
    edits: [table(DT.VERNEED, "verneed", { vn_cnt: count })],
  })),
  {
    name: "DT_VERNEED: a file that is not needed",
    edits: [table(DT.VERNEED, "verneed", nameFrom(sameAs(DT.NEEDED), 1))],
  },
  { name: "DT_VERNEED: an empty file name", edits: [table(DT.VERNEED, "verneed", { vn_file: 0 })] },
  {
    name: "DT_VERNEED: a file name beyond the strings",
    edits: [table(DT.VERNEED, "verneed", { vn_file: 0x7ff00000 })],
  },
  {
    name: "DT_VERNEED: vn_next outside",
    edits: [table(DT.VERNEED, "verneed", { vn_next: 0x7ff00000 })],
  },
  {
    name: "DT_VERNEED: vn_aux outside",
    edits: [table(DT.VERNEED, "verneed", { vn_aux: 0x7ff00000 })],
  },
  {
    name: "DT_VERNEED: the first record alone",
    edits: [table(DT.VERNEED, "verneed", { vn_next: 0 })],
  },
  {
    name: "DT_VERNEED: the first version alone",
    edits: [table(DT.VERNEED, "vernaux", { vna_next: 0 }, aux)],
  },
  {
    name: "DT_VERNEED: a weak version that is there",
    edits: [table(DT.VERNEED, "vernaux", { vna_flags: 2 }, aux)],
  },
  {
    name: "DT_VERNEED: unknown flags",
    edits: [table(DT.VERNEED, "vernaux", { vna_flags: 0xfff1 }, aux)],
  },
  {
    name: "DT_VERNEED: a version that is not there",
    edits: [
      table(
        DT.VERNEED,
        "vernaux",
        (b, at) => ({ vna_name: get(b, "vernaux", "vna_name", at) + 1 }),
        aux,
      ),
    ],
  },
  {
    name: "DT_VERNEED: a weak version that is not there",
    edits: [
      table(
        DT.VERNEED,
        "vernaux",
        (b, at) => ({
          vna_flags: 2,
          vna_name: get(b, "vernaux", "vna_name", at) + 1,
          vna_hash: 0x1234567,
        }),
        aux,
      ),
    ],
  },
  { name: "DT_VERNEED: another hash", edits: [table(DT.VERNEED, "vernaux", { vna_hash: 1 }, aux)] },
  {
    name: "DT_VERNEED: a weak version of another hash",
    edits: [table(DT.VERNEED, "vernaux", { vna_hash: 1, vna_flags: 2 }, aux)],
  },
  {
    name: "DT_VERNEED: a name beyond the strings",
    edits: [table(DT.VERNEED, "vernaux", { vna_name: 0x7ff00000 }, aux)],
  },
  ...[0, 1, 0x100, 0x7fff, 0x8002, 0xffff].map((index) => ({
    name: `DT_VERNEED: index ${index.toString(16)}`,
    edits: [table(DT.VERNEED, "vernaux", { vna_other: index }, aux)],
  })),
];

/** Every symbol's version. */
const everyVersion =
  (version: number) =>
  (bytes: Buffer): undefined => {
    const at = tableAt(bytes, DT.VERSYM);
    const count = get(bytes, "four", "value", tableAt(bytes, DT.HASH) + 4);
    for (let index = 1; index < count; index++)
      put(bytes, "half", at + 2 * index, { value: version });
  };

/** Changes every symbol that is called `name`. */
const symbol =
  (name: string, change: (bytes: Buffer, at: number) => object) =>
  (bytes: Buffer): undefined => {
    const start = tableAt(bytes, DT.SYMTAB);
    const count = get(bytes, "four", "value", tableAt(bytes, DT.HASH) + 4);
    for (let index = 1; index < count; index++) {
      const at = start + index * sizeOf(bytes, "sym");
      if (stringAt(bytes, get(bytes, "sym", "st_name", at)) === name)
        put(bytes, "sym", at, change(bytes, at));
    }
  };

const symbols: readonly NamedEdit[] = [
  ...[0, 1, 2, 3, 0x20, 0x7fff, 0x8000, 0x8001, 0xffff].map((version) => ({
    name: `every symbol of version ${version.toString(16)}`,
    edits: [everyVersion(version)],
    chance: (version & 0x7fff) > 8,
  })),
  ...[0, 1, 2, 3, 4, 5, 6, 10, 13, 15].map((type) => ({
    name: `target of type ${type}`,
    edits: [symbol("target", () => ({ st_info: 0x10 | type }))],
    crashes: true,
  })),
  ...[0, 2, 3, 10, 15].map((binding) => ({
    name: `target of binding ${binding}`,
    edits: [symbol("target", () => ({ st_info: (binding << 4) | 2 }))],
  })),
  ...[1, 2, 3, 0xfc].map((other) => ({
    name: `target of st_other ${other.toString(16)}`,
    edits: [symbol("target", () => ({ st_other: other }))],
    crashes: true,
  })),
  { name: "target in section 0", edits: [symbol("target", () => ({ st_shndx: 0 }))] },
  {
    name: "target in SHN_ABS",
    edits: [symbol("target", () => ({ st_shndx: 0xfff1 }))],
    crashes: true,
  },
  { name: "target in SHN_COMMON", edits: [symbol("target", () => ({ st_shndx: 0xfff2 }))] },
  { name: "target of size 0", edits: [symbol("target", () => ({ st_size: 0 }))] },
  { name: "target of value 0", edits: [symbol("target", () => ({ st_value: 0 }))] },
  {
    name: "target without a name",
    edits: [symbol("target", () => ({ st_name: 0 }))],
    crashes: true,
  },
  {
    name: "target with a name beyond the strings",
    edits: [symbol("target", () => ({ st_name: 0x7ff00000 }))],
    crashes: true,
  },
  { name: "malloc without a name", edits: [symbol("malloc", () => ({ st_name: 0 }))] },
  { name: "malloc weak", edits: [symbol("malloc", () => ({ st_info: 0x22 }))] },
  {
    name: "malloc of another name",
    edits: [symbol("malloc", (b, at) => ({ st_name: get(b, "sym", "st_name", at) + 1 }))],
  },
  {
    name: "malloc of another name, weak",
    edits: [
      symbol("malloc", (b, at) => ({ st_name: get(b, "sym", "st_name", at) + 1, st_info: 0x22 })),
    ],
    crashes: true,
  },
  { name: "malloc hidden", edits: [symbol("malloc", () => ({ st_other: 2 }))], crashes: true },
  { name: "malloc protected", edits: [symbol("malloc", () => ({ st_other: 3 }))], crashes: true },
  { name: "malloc local", edits: [symbol("malloc", () => ({ st_info: 2 }))], crashes: true },
  { name: "shared_array larger", edits: [symbol("shared_array", () => ({ st_size: 24 }))] },
  { name: "shared_array smaller", edits: [symbol("shared_array", () => ({ st_size: 4 }))] },
  { name: "shared_array protected", edits: [symbol("shared_array", () => ({ st_other: 3 }))] },
  { name: "shared_count no TLS", edits: [symbol("shared_count", () => ({ st_info: 0x11 }))] },
];

const definition = (bytes: Buffer): number =>
  get(bytes, "verdef", "vd_next", tableAt(bytes, DT.VERDEF));

/** Edits of what only a library has: definitions of versions. */
export const definitionEdits: readonly NamedEdit[] = [
  { name: "no DT_VERDEF", edits: [lacking(DT.VERDEF)] },
  { name: "no DT_VERDEFNUM", edits: [lacking(DT.VERDEFNUM)] },
  { name: "no DT_SONAME", edits: [lacking(DT.SONAME)] },
  { name: "DT_VERDEF 0", edits: [entry(DT.VERDEF, 0)] },
  { name: "DT_VERDEF the highest", edits: [entry(DT.VERDEF, -1)] },
  { name: "DT_VERDEFNUM 0", edits: [entry(DT.VERDEFNUM, 0)] },
  { name: "DT_VERDEFNUM the highest", edits: [entry(DT.VERDEFNUM, -1)] },
  ...[0, 2, 0xffff].flatMap((version) => [
    {
      name: `DT_VERDEF: version ${version} of the first`,
      edits: [table(DT.VERDEF, "verdef", { vd_version: version })],
    },
    {
      name: `DT_VERDEF: version ${version} of the second`,
      edits: [table(DT.VERDEF, "verdef", { vd_version: version }, definition)],
    },
  ]),
  { name: "DT_VERDEF: vd_cnt 0", edits: [table(DT.VERDEF, "verdef", { vd_cnt: 0 }, definition)] },
  {
    name: "DT_VERDEF: vd_aux outside",
    edits: [table(DT.VERDEF, "verdef", { vd_aux: 0x7ff00000 }, definition)],
  },
  {
    name: "DT_VERDEF: vd_next outside",
    edits: [table(DT.VERDEF, "verdef", { vd_next: 0x7ff00000 }, definition)],
  },
  { name: "DT_VERDEF: the first one alone", edits: [table(DT.VERDEF, "verdef", { vd_next: 0 })] },
  { name: "DT_VERDEF: no base", edits: [table(DT.VERDEF, "verdef", { vd_flags: 0 })] },
  {
    name: "DT_VERDEF: another hash",
    edits: [table(DT.VERDEF, "verdef", { vd_hash: 1 }, definition)],
  },
  { name: "DT_VERDEF: weak", edits: [table(DT.VERDEF, "verdef", { vd_flags: 2 }, definition)] },
  ...[0, 1, 3, 0x100, 0x8002].map((index) => ({
    name: `DT_VERDEF: index ${index.toString(16)}`,
    edits: [table(DT.VERDEF, "verdef", { vd_ndx: index }, definition)],
  })),
];

export const symbolEdits: readonly NamedEdit[] = [...hashes, ...needs, ...symbols];
