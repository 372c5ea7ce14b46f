/** Edits of the dynamic table. */

import { added, entry, lacking, NO_TAG, relocs, retagged, sameAs } from "./edit-steps.ts";
import { DT } from "./elf-fields.ts";
import type { NamedEdit } from "./named-edit.ts";

/** Tags that a file may lack, and what stands in their place is nonsense. */
const tags = [
  "HASH",
  "GNU_HASH",
  "STRTAB",
  "SYMTAB",
  "STRSZ",
  "SYMENT",
  "PLTGOT",
  "PLTRELSZ",
  "PLTREL",
  "JMPREL",
  "VERSYM",
  "VERNEED",
  "VERNEEDNUM",
  "INIT",
  "FINI",
  "INIT_ARRAY",
  "INIT_ARRAYSZ",
  "FINI_ARRAY",
  "FINI_ARRAYSZ",
] as const;

/** Without its PLT's relocations the library's code jumps anywhere. */
const unbound = ["PLTRELSZ", "JMPREL"];
/** Symbols and strings elsewhere in the file are a matter of chance. */
const shifted = ["STRTAB", "SYMTAB"];
const noted = (tag: string) => ({
  ...(unbound.includes(tag) ? { crashes: true, chance: true } : {}),
  ...(shifted.includes(tag) ? { chance: true } : {}),
});

const missing: readonly NamedEdit[] = [
  ...tags.map((tag) => ({
    name: `no DT_${tag}`,
    edits: [lacking(DT[tag])],
    ...noted(tag),
    ...(tag === "VERNEED" ? { chance: true } : {}),
    ...(tag === "INIT_ARRAYSZ" ? { crashes: true } : {}),
  })),
  { name: "no hash table", edits: [lacking(DT.HASH), lacking(DT.GNU_HASH)] },
  { name: "neither DT_STRTAB nor DT_SYMTAB", edits: [lacking(DT.STRTAB), lacking(DT.SYMTAB)] },
  { name: "neither DT_VERSYM nor DT_VERNEED", edits: [lacking(DT.VERSYM), lacking(DT.VERNEED)] },
  { name: "no relocations", edits: [(b) => lacking(relocs(b))(b)], crashes: true },
  { name: "no size of relocations", edits: [(b) => lacking(relocs(b) + 1)(b)], crashes: true },
  { name: "no size of a relocation", edits: [(b) => lacking(relocs(b) + 2)(b)] },
  {
    name: "no count of relative relocations",
    edits: [(b) => lacking(b[4] === 1 ? DT.RELCOUNT : DT.RELACOUNT)(b)],
  },
];

const values: readonly NamedEdit[] = [
  ...tags
    .filter((tag) => !/^(INIT|FINI)/.test(tag) && tag !== "PLTGOT")
    .flatMap((tag) => [
      { name: `DT_${tag} 0`, edits: [entry(DT[tag], 0)], ...noted(tag) },
      { name: `DT_${tag} far outside`, edits: [entry(DT[tag], 0x5ff00000)], ...noted(tag) },
    ]),
  { name: "DT_INIT_ARRAY far outside", edits: [entry(DT.INIT_ARRAY, 0x7ff00000)], chance: true },
  { name: "DT_INIT_ARRAYSZ 0", edits: [entry(DT.INIT_ARRAYSZ, 0)] },
  { name: "DT_INIT_ARRAYSZ one byte", edits: [entry(DT.INIT_ARRAYSZ, 1)] },
  { name: "DT_INIT_ARRAYSZ one byte more", edits: [entry(DT.INIT_ARRAYSZ, (old) => old + 1)] },
  { name: "DT_FINI_ARRAYSZ 0", edits: [entry(DT.FINI_ARRAYSZ, 0)] },
  { name: "DT_FINI_ARRAYSZ one byte more", edits: [entry(DT.FINI_ARRAYSZ, (old) => old + 1)] },
  { name: "DT_SYMENT one more", edits: [entry(DT.SYMENT, (old) => old + 1)] },
  { name: "DT_STRSZ 1", edits: [entry(DT.STRSZ, 1)] },
  { name: "the size of a relocation 0", edits: [(b) => entry(relocs(b) + 2, 0)(b)] },
  {
    name: "the size of a relocation doubled",
    edits: [(b) => entry(relocs(b) + 2, (old) => old * 2)(b)],
  },
  { name: "the size of relocations 0", edits: [(b) => entry(relocs(b) + 1, 0)(b)], crashes: true },
  {
    name: "the size of relocations without the last byte",
    edits: [(b) => entry(relocs(b) + 1, (old) => old - 1)(b)],
  },
  {
    name: "relative relocations: none",
    edits: [(b) => entry(b[4] === 1 ? DT.RELCOUNT : DT.RELACOUNT, 0)(b)],
  },
  {
    name: "relative relocations: one more",
    edits: [(b) => entry(b[4] === 1 ? DT.RELCOUNT : DT.RELACOUNT, (old) => old + 1)(b)],
  },
  {
    name: "relative relocations: one less",
    edits: [(b) => entry(b[4] === 1 ? DT.RELCOUNT : DT.RELACOUNT, (old) => old - 1)(b)],
  },
  {
    name: "relative relocations: all",
    edits: [(b) => entry(b[4] === 1 ? DT.RELCOUNT : DT.RELACOUNT, -1)(b)],
  },
  {
    name: "DT_PLTREL of the other kind",
    edits: [(b) => entry(DT.PLTREL, b[4] === 1 ? DT.RELA : DT.REL)(b)],
  },
  { name: "DT_PLTRELSZ a byte less", edits: [entry(DT.PLTRELSZ, (old) => old - 1)] },
  { name: "DT_PLTGOT of a read-only page", edits: [entry(DT.PLTGOT, 0)] },
  { name: "DT_PLTGOT far outside", edits: [entry(DT.PLTGOT, 0x7ff00000)] },
];

const additions: readonly NamedEdit[] = [
  { name: "DT_BIND_NOW", edits: [added(DT.BIND_NOW, 0)] },
  { name: "DT_TEXTREL without need", edits: [added(DT.TEXTREL, 0)] },
  { name: "DF_TEXTREL without need", edits: [added(DT.FLAGS, 4)] },
  { name: "DT_SYMBOLIC", edits: [added(DT.SYMBOLIC, 0)] },
  ...[1, 2, 8, 0x10, 0x20, 0xffffffe0].map((flags) => ({
    name: `DT_FLAGS ${flags.toString(16)}`,
    edits: [added(DT.FLAGS, flags)],
  })),
  ...[
    1, 2, 8, 0x20, 0x40, 0x80, 0x100, 0x400, 0x800, 0x1000, 0x4000000, 0x8000000, 0x100000,
    0xf0000000,
  ].map((flags) => ({
    name: `DT_FLAGS_1 ${flags.toString(16)}`,
    edits: [added(DT.FLAGS_1, flags)],
  })),
  { name: "an unknown tag", edits: [added(NO_TAG, -1)] },
  { name: "a tag of the processor's range", edits: [added(0x70000000, 1)] },
  { name: "a tag of the processor's range, 3 on", edits: [added(0x70000003, 1)] },
  { name: "a tag with the highest bit", edits: [added(-1, -1)] },
  { name: "a tag with the highest bit only", edits: [added(1n << 63n, 1)] },
  { name: "DT_SYMTAB_SHNDX", edits: [added(DT.SYMTAB_SHNDX, 0x1000)] },
  { name: "DT_DEBUG", edits: [added(DT.DEBUG, 1)] },
  {
    name: "DT_PREINIT_ARRAY of size 0",
    edits: [added(DT.PREINIT_ARRAY, 0x7ff00000), added(DT.PREINIT_ARRAYSZ, 0)],
  },
  { name: "DT_RPATH empty", edits: [added(DT.RPATH, 0)] },
  { name: "DT_RUNPATH empty", edits: [added(DT.RUNPATH, 0)] },
  { name: "DT_RPATH beyond the strings", edits: [added(DT.RPATH, 0x7ff00000)] },
  { name: "DT_NEEDED empty", edits: [added(DT.NEEDED, 0)] },
  { name: "DT_NEEDED twice", edits: [added(DT.NEEDED, sameAs(DT.NEEDED))] },
  { name: "DT_NEEDED beyond the strings", edits: [added(DT.NEEDED, 0x7ff00000)] },
  {
    name: "DT_NEEDED of a name that is not there",
    edits: [added(DT.NEEDED, sameAs(DT.NEEDED, 1))],
  },
  { name: "DT_AUXILIARY empty", edits: [added(DT.AUXILIARY, 0)] },
  {
    name: "DT_AUXILIARY of a name that is not there",
    edits: [added(DT.AUXILIARY, sameAs(DT.NEEDED, 1))],
  },
  {
    name: "DT_FILTER of a name that is not there",
    edits: [added(DT.FILTER, sameAs(DT.NEEDED, 1))],
  },
  { name: "DT_FILTER of what is needed", edits: [added(DT.FILTER, sameAs(DT.NEEDED))] },
  { name: "DT_SONAME empty", edits: [added(DT.SONAME, 0)] },
  { name: "DT_SONAME beyond the strings", edits: [added(DT.SONAME, 0x7ff00000)] },
  { name: "DT_STRTAB twice", edits: [added(DT.STRTAB, sameAs(DT.STRTAB))] },
  { name: "DT_HASH twice, the second one nonsense", edits: [added(DT.HASH, 0x7ff00000)] },
  { name: "DT_NULL early", edits: [retagged(DT.NEEDED, DT.NULL)] },
  {
    name: "DT_RELR of size 0",
    edits: [added(36, 0x7ff00000), added(35, 0), added(37, sizeOfWord)],
  },
  { name: "DT_RELR without DT_RELRENT", edits: [added(36, sameAs(DT.STRTAB)), added(35, 0)] },
];

function sizeOfWord(bytes: Buffer): number {
  return bytes[4] === 1 ? 4 : 8;
}

export const tableEdits: readonly NamedEdit[] = [...missing, ...values, ...additions];
