/**
 * Reading and changing single fields of an ELF file, by their gABI names. Pure: every function takes a
 * file's bytes; `Edit`s change a copy that `edited` makes.
 */

type Word = 1 | 2 | 4 | "word";

interface Field {
  readonly at: readonly [is64: number, is32: number];
  readonly size: Word;
}

const field = (size: Word, is64: number, is32: number): Field => ({ at: [is64, is32], size });

/** The structures of ELF files: the size of one, and its fields. */
const structures = {
  ehdr: {
    size: [64, 52],
    fields: {
      class: field(1, 4, 4),
      data: field(1, 5, 5),
      version: field(1, 6, 6),
      osabi: field(1, 7, 7),
      abiversion: field(1, 8, 8),
      padding: field(1, 9, 9),
      e_type: field(2, 16, 16),
      e_machine: field(2, 18, 18),
      e_version: field(4, 20, 20),
      e_entry: field("word", 24, 24),
      e_phoff: field("word", 32, 28),
      e_shoff: field("word", 40, 32),
      e_flags: field(4, 48, 36),
      e_ehsize: field(2, 52, 40),
      e_phentsize: field(2, 54, 42),
      e_phnum: field(2, 56, 44),
      e_shentsize: field(2, 58, 46),
      e_shnum: field(2, 60, 48),
      e_shstrndx: field(2, 62, 50),
    },
  },
  phdr: {
    size: [56, 32],
    fields: {
      p_type: field(4, 0, 0),
      p_flags: field(4, 4, 24),
      p_offset: field("word", 8, 4),
      p_vaddr: field("word", 16, 8),
      p_paddr: field("word", 24, 12),
      p_filesz: field("word", 32, 16),
      p_memsz: field("word", 40, 20),
      p_align: field("word", 48, 28),
    },
  },
  dyn: { size: [16, 8], fields: { d_tag: field("word", 0, 0), d_val: field("word", 8, 4) } },
  verneed: {
    size: [16, 16],
    fields: {
      vn_version: field(2, 0, 0),
      vn_cnt: field(2, 2, 2),
      vn_file: field(4, 4, 4),
      vn_aux: field(4, 8, 8),
      vn_next: field(4, 12, 12),
    },
  },
  vernaux: {
    size: [16, 16],
    fields: {
      vna_hash: field(4, 0, 0),
      vna_flags: field(2, 4, 4),
      vna_other: field(2, 6, 6),
      vna_name: field(4, 8, 8),
      vna_next: field(4, 12, 12),
    },
  },
  verdef: {
    size: [20, 20],
    fields: {
      vd_version: field(2, 0, 0),
      vd_flags: field(2, 2, 2),
      vd_ndx: field(2, 4, 4),
      vd_cnt: field(2, 6, 6),
      vd_hash: field(4, 8, 8),
      vd_aux: field(4, 12, 12),
      vd_next: field(4, 16, 16),
    },
  },
  sym: {
    size: [24, 16],
    fields: {
      st_name: field(4, 0, 0),
      st_value: field("word", 8, 4),
      st_size: field("word", 16, 8),
      st_info: field(1, 4, 12),
      st_other: field(1, 5, 13),
      st_shndx: field(2, 6, 14),
    },
  },
  half: { size: [2, 2], fields: { value: field(2, 0, 0) } },
  four: { size: [4, 4], fields: { value: field(4, 0, 0) } },
  word: { size: [8, 4], fields: { value: field("word", 0, 0) } },
} as const;

export type Structure = keyof typeof structures;
export type Fields<S extends Structure> = Partial<
  Record<keyof (typeof structures)[S]["fields"], number | bigint>
>;

/** Program header types and dynamic tags that the edits name. */
export const PT = {
  NULL: 0,
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  NOTE: 4,
  SHLIB: 5,
  PHDR: 6,
  TLS: 7,
  GNU_EH_FRAME: 0x6474e550,
  GNU_STACK: 0x6474e551,
  GNU_RELRO: 0x6474e552,
  GNU_PROPERTY: 0x6474e553,
} as const;
export const DT = {
  NULL: 0,
  NEEDED: 1,
  PLTRELSZ: 2,
  PLTGOT: 3,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  INIT: 12,
  FINI: 13,
  SONAME: 14,
  RPATH: 15,
  SYMBOLIC: 16,
  REL: 17,
  RELSZ: 18,
  RELENT: 19,
  PLTREL: 20,
  DEBUG: 21,
  TEXTREL: 22,
  JMPREL: 23,
  BIND_NOW: 24,
  INIT_ARRAY: 25,
  FINI_ARRAY: 26,
  INIT_ARRAYSZ: 27,
  FINI_ARRAYSZ: 28,
  RUNPATH: 29,
  FLAGS: 30,
  PREINIT_ARRAY: 32,
  PREINIT_ARRAYSZ: 33,
  SYMTAB_SHNDX: 34,
  GNU_HASH: 0x6ffffef5,
  VERSYM: 0x6ffffff0,
  RELACOUNT: 0x6ffffff9,
  RELCOUNT: 0x6ffffffa,
  FLAGS_1: 0x6ffffffb,
  VERDEF: 0x6ffffffc,
  VERDEFNUM: 0x6ffffffd,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
  AUXILIARY: 0x7ffffffd,
  FILTER: 0x7fffffff,
} as const;

const is64 = (bytes: Buffer): boolean => bytes[4] !== 1;

/** The size of a structure in bytes. */
export function sizeOf(bytes: Buffer, structure: Structure): number {
  return structures[structure].size[is64(bytes) ? 0 : 1];
}

/** What a field is called at `at`. */
function place(bytes: Buffer, structure: Structure, name: string, at: number): [number, number] {
  const found = (structures[structure].fields as Readonly<Record<string, Field>>)[name];
  if (found === undefined) throw new Error(`${structure} has no field ${name}`);
  const size = found.size === "word" ? (is64(bytes) ? 8 : 4) : found.size;
  return [at + found.at[is64(bytes) ? 0 : 1], size];
}

/** A field's value; `at`: where its structure begins. */
export function get<S extends Structure>(
  bytes: Buffer,
  structure: S,
  name: keyof Fields<S> & string,
  at: number,
): number {
  const [from, size] = place(bytes, structure, name, at);
  return size === 8 ? Number(bytes.readBigUInt64LE(from)) : bytes.readUIntLE(from, size);
}

/** Writes fields, cut to their size. */
export function put<S extends Structure>(
  bytes: Buffer,
  structure: S,
  at: number,
  values: Fields<S>,
): undefined {
  for (const [name, value] of Object.entries(values)) {
    const [from, size] = place(bytes, structure, name, at);
    const cut = BigInt.asUintN(8 * size, BigInt(value as number | bigint));
    if (size === 8) bytes.writeBigUInt64LE(cut, from);
    else bytes.writeUIntLE(Number(cut), from, size);
  }
}

/** Where the program headers lie; only those of `type`, when there is one. */
export function headersAt(bytes: Buffer, type?: number): readonly number[] {
  const start = get(bytes, "ehdr", "e_phoff", 0);
  const all = Array.from(
    { length: get(bytes, "ehdr", "e_phnum", 0) },
    (_, index) => start + index * sizeOf(bytes, "phdr"),
  );
  return type === undefined ? all : all.filter((at) => get(bytes, "phdr", "p_type", at) === type);
}

/** The offset in the file of an address. */
export function offsetOf(bytes: Buffer, address: number): number {
  for (const at of headersAt(bytes, PT.LOAD)) {
    const inside = address - get(bytes, "phdr", "p_vaddr", at);
    if (inside >= 0 && inside < get(bytes, "phdr", "p_filesz", at))
      return get(bytes, "phdr", "p_offset", at) + inside;
  }
  throw new Error(`no segment of the file holds the address ${address}`);
}

/** Where the entries of the dynamic table lie, the DT_NULL ones included. */
export function dynamicAt(bytes: Buffer): readonly number[] {
  const header = headersAt(bytes, PT.DYNAMIC)[0];
  if (header === undefined) throw new Error("no PT_DYNAMIC");
  const start = get(bytes, "phdr", "p_offset", header);
  const size = sizeOf(bytes, "dyn");
  return Array.from(
    { length: get(bytes, "phdr", "p_filesz", header) / size },
    (_, index) => start + index * size,
  );
}

/** Where the first entry of a tag lies. */
export function entryAt(bytes: Buffer, tag: number): number {
  const found = dynamicAt(bytes).find((at) => get(bytes, "dyn", "d_tag", at) === tag);
  if (found === undefined) throw new Error(`no dynamic entry ${tag}`);
  return found;
}

/** The value of a tag's first entry. */
export function entryValue(bytes: Buffer, tag: number): number {
  return get(bytes, "dyn", "d_val", entryAt(bytes, tag));
}

/** The offset in the file of the table that a tag names. */
export function tableAt(bytes: Buffer, tag: number): number {
  return offsetOf(bytes, entryValue(bytes, tag));
}

/** The string at an offset of DT_STRTAB. */
export function stringAt(bytes: Buffer, offset: number): string {
  const from = tableAt(bytes, DT.STRTAB) + offset;
  return bytes.toString("latin1", from, bytes.indexOf(0, from));
}

/** A change of a file in place, or the bytes that take its place. */
export type Edit = (bytes: Buffer) => Buffer | undefined;

/** A changed copy. */
export function edited(good: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce<Buffer>((bytes, edit) => edit(bytes) ?? bytes, Buffer.from(good));
}
