/**
 * A small ELF reader: bytes in, plain values out. Knows the file format of both classes
 * (little-endian only); knows no files, no symbols (elf-symbols.ts), no DWARF and nothing about glibc.
 */

/** Thrown for bytes that are not an ELF file this reader understands. */
export class ElfError extends Error {
  override readonly name = "ElfError";
}

/** One program header. Numbers are bytes or addresses; `flags` are PF_* bits. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** One section header, its name resolved. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

/** One entry of the dynamic table. */
export interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

/** A decoded ELF file. */
export interface Elf {
  readonly bytes: Buffer;
  readonly bits: 32 | 64;
  /** e_type: 2 executable, 3 shared object. */
  readonly type: number;
  /** e_machine: 3 i386, 62 x86_64. */
  readonly machine: number;
  readonly entry: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const PT_TLS = 7;
export const SHT_NOBITS = 8;
export const DT_NEEDED = 1;
export const DT_SONAME = 14;
export const EM_386 = 3;
export const EM_X86_64 = 62;

const NOTE_GNU_BUILD_ID = 3;

/**
 * Reads words whose width depends on the ELF class, at offsets of the file. Addresses fit a double exactly up
 * to 2^53. Each read throws an ElfError past the end of the file.
 */
export class ElfReader {
  private readonly bytes: Buffer;
  private readonly bits: 32 | 64;

  constructor(bytes: Buffer, bits: 32 | 64) {
    this.bytes = bytes;
    this.bits = bits;
  }

  u16(offset: number): number {
    this.check(offset, 2);
    return this.bytes.readUInt16LE(offset);
  }

  u32(offset: number): number {
    this.check(offset, 4);
    return this.bytes.readUInt32LE(offset);
  }

  word(offset: number): number {
    if (this.bits === 32) return this.u32(offset);
    this.check(offset, 8);
    return Number(this.bytes.readBigUInt64LE(offset));
  }

  private check(offset: number, size: number): void {
    if (offset < 0 || offset + size > this.bytes.length) {
      throw new ElfError(`truncated: no ${size} bytes at offset 0x${offset.toString(16)}`);
    }
  }
}

/**
 * The string at an offset of the file, without its NUL.
 * @throws ElfError when it has no end.
 */
export function stringAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  if (offset >= bytes.length || end < 0) throw new ElfError("string runs past the end of the file");
  return bytes.toString("latin1", offset, end);
}

function readSegment(read: ElfReader, at: number, bits: 32 | 64): Segment {
  if (bits === 32) {
    return {
      type: read.u32(at),
      flags: read.u32(at + 24),
      offset: read.u32(at + 4),
      vaddr: read.u32(at + 8),
      fileSize: read.u32(at + 16),
      memorySize: read.u32(at + 20),
      align: read.u32(at + 28),
    };
  }
  return {
    type: read.u32(at),
    flags: read.u32(at + 4),
    offset: read.word(at + 8),
    vaddr: read.word(at + 16),
    fileSize: read.word(at + 32),
    memorySize: read.word(at + 40),
    align: read.word(at + 48),
  };
}

function readSection(read: ElfReader, at: number, bits: 32 | 64): Section & { nameOffset: number } {
  const w = bits / 8;
  const afterSize = 8 + 4 * w;
  return {
    name: "",
    nameOffset: read.u32(at),
    type: read.u32(at + 4),
    flags: read.word(at + 8),
    address: read.word(at + 8 + w),
    offset: read.word(at + 8 + 2 * w),
    size: read.word(at + 8 + 3 * w),
    link: read.u32(at + afterSize),
    info: read.u32(at + afterSize + 4),
    entrySize: read.word(at + afterSize + 8 + w),
  };
}

function readSections(bytes: Buffer, read: ElfReader, bits: 32 | 64): Section[] {
  const tableAt = read.word(bits === 64 ? 40 : 32);
  const entrySize = read.u16(bits === 64 ? 58 : 46);
  const count = read.u16(bits === 64 ? 60 : 48);
  const namesIndex = read.u16(bits === 64 ? 62 : 50);
  if (tableAt === 0 || count === 0) return [];
  const raw = Array.from({ length: count }, (_, i) =>
    readSection(read, tableAt + i * entrySize, bits),
  );
  const names = raw[namesIndex];
  return raw.map(({ nameOffset, ...section }) => ({
    ...section,
    name: names ? stringAt(bytes, names.offset + nameOffset) : "",
  }));
}

/**
 * Decodes the headers of an ELF file.
 * @throws ElfError when the bytes are not a little-endian ELF file or end too early.
 */
export function parseElf(data: Uint8Array): Elf {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < 52 || bytes.readUInt32BE(0) !== 0x7f454c46)
    throw new ElfError("not an ELF file");
  const elfClass = bytes[4];
  if (elfClass !== 1 && elfClass !== 2) throw new ElfError(`unknown ELF class ${elfClass}`);
  if (bytes[5] !== 1) throw new ElfError("not a little-endian ELF file");
  const bits = elfClass === 1 ? 32 : 64;
  const read = new ElfReader(bytes, bits);
  const segmentsAt = read.word(bits === 64 ? 32 : 28);
  const segmentSize = read.u16(bits === 64 ? 54 : 42);
  const segmentCount = read.u16(bits === 64 ? 56 : 44);
  return {
    bytes,
    bits,
    type: read.u16(16),
    machine: read.u16(18),
    entry: read.word(24),
    segments: Array.from({ length: segmentCount }, (_, i) =>
      readSegment(read, segmentsAt + i * segmentSize, bits),
    ),
    sections: readSections(bytes, read, bits),
  };
}

/** The section with this name, if the file has one. */
export function sectionNamed(elf: Elf, name: string): Section | undefined {
  return elf.sections.find((section) => section.name === name);
}

/** The bytes of a section; empty for one that has none in the file. */
export function sectionBytes(elf: Elf, section: Section): Buffer {
  if (section.type === SHT_NOBITS) return Buffer.alloc(0);
  if (section.offset + section.size > elf.bytes.length) {
    throw new ElfError(`section ${section.name} runs past the end of the file`);
  }
  return elf.bytes.subarray(section.offset, section.offset + section.size);
}

/** File offset of a virtual address, or undefined when no loaded file byte is there. */
export function fileOffset(elf: Elf, vaddr: number): number | undefined {
  const segment = elf.segments.find(
    (s) => s.type === PT_LOAD && vaddr >= s.vaddr && vaddr < s.vaddr + s.fileSize,
  );
  return segment && segment.offset + (vaddr - segment.vaddr);
}

/**
 * `size` (1 or more) bytes at a virtual address as the file holds them, before relocation.
 * @throws ElfError when they are not all in one loaded segment of the file.
 */
export function readAt(elf: Elf, vaddr: number, size: number): Buffer {
  const offset = fileOffset(elf, vaddr);
  const last = fileOffset(elf, vaddr + size - 1);
  if (offset === undefined || last !== offset + size - 1) {
    throw new ElfError(`no ${size} bytes of the file at address 0x${vaddr.toString(16)}`);
  }
  return elf.bytes.subarray(offset, offset + size);
}

/** The dynamic table up to its DT_NULL; empty for a file without one. */
export function dynamicEntries(elf: Elf): readonly DynamicEntry[] {
  const segment = elf.segments.find((s) => s.type === PT_DYNAMIC);
  if (!segment) return [];
  const read = new ElfReader(elf.bytes, elf.bits);
  const w = elf.bits / 8;
  const entries: DynamicEntry[] = [];
  for (let at = 0; at + 2 * w <= segment.fileSize; at += 2 * w) {
    const tag = read.word(segment.offset + at);
    if (tag === 0) break;
    entries.push({ tag, value: read.word(segment.offset + at + w) });
  }
  return entries;
}

const DT_STRTAB = 5;

function dynamicStrings(elf: Elf, tag: number): string[] {
  const entries = dynamicEntries(elf);
  const table = entries.find((entry) => entry.tag === DT_STRTAB);
  const base = table && fileOffset(elf, table.value);
  if (base === undefined) return [];
  return entries.filter((e) => e.tag === tag).map((e) => stringAt(elf.bytes, base + e.value));
}

/** The names of DT_NEEDED, in order. */
export function neededLibraries(elf: Elf): readonly string[] {
  return dynamicStrings(elf, DT_NEEDED);
}

/** The name of DT_SONAME, if there is one. */
export function soname(elf: Elf): string | undefined {
  return dynamicStrings(elf, DT_SONAME)[0];
}

/** The path in PT_INTERP, if there is one. */
export function interpreter(elf: Elf): string | undefined {
  const segment = elf.segments.find((s) => s.type === PT_INTERP);
  return segment && stringAt(elf.bytes, segment.offset);
}

function noteRanges(elf: Elf): readonly { readonly offset: number; readonly size: number }[] {
  const SHT_NOTE = 7;
  return [
    ...elf.sections.filter((s) => s.type === SHT_NOTE),
    ...elf.segments
      .filter((s) => s.type === PT_NOTE)
      .map((s) => ({ offset: s.offset, size: s.fileSize })),
  ];
}

/**
 * The build-id as lower-case hexadecimal, if the file has one. Sections are read before segments,
 * because a .debug file keeps the program headers of the file it was split from.
 */
export function buildId(elf: Elf): string | undefined {
  const read = new ElfReader(elf.bytes, elf.bits);
  const padded = (size: number) => (size + 3) & ~3;
  for (const range of noteRanges(elf)) {
    const end = Math.min(range.offset + range.size, elf.bytes.length);
    for (let at = range.offset; at + 12 <= end; ) {
      const nameSize = read.u32(at);
      const valueSize = read.u32(at + 4);
      const valueAt = at + 12 + padded(nameSize);
      const isGnu = elf.bytes.toString("latin1", at + 12, at + 16) === "GNU\0";
      if (isGnu && read.u32(at + 8) === NOTE_GNU_BUILD_ID && valueAt + valueSize <= end) {
        return elf.bytes.toString("hex", valueAt, valueAt + valueSize);
      }
      at = valueAt + padded(valueSize);
    }
  }
  return undefined;
}
