/**
 * Files that a linker must refuse, each made from a good one: what is changed, and how. Pure.
 *
 * Offsets are those of the ELF header of either class; the good file is a small library or program.
 */

/** One way to spoil a file. */
export interface BrokenFile {
  readonly name: string;
  /** The spoiled contents. `other` is a good file of the other ELF class. */
  readonly make: (good: Buffer, other: Buffer) => Buffer;
}

function changed(good: Buffer, change: (copy: Buffer, is64: boolean) => void): Buffer {
  const copy = Buffer.from(good);
  change(copy, copy[4] === 2);
  return copy;
}

/** Writes a word of the file's class. */
function writeWord(bytes: Buffer, is64: boolean, at: number, value: number): void {
  if (is64) bytes.writeBigUInt64LE(BigInt(value), at);
  else bytes.writeUInt32LE(value, at);
}

interface ProgramHeader {
  readonly type: number;
  readonly at: number;
}

function programHeaders(bytes: Buffer, is64: boolean): readonly ProgramHeader[] {
  const start = is64 ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28);
  const size = bytes.readUInt16LE(is64 ? 54 : 42);
  const count = bytes.readUInt16LE(is64 ? 56 : 44);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return { type: bytes.readUInt32LE(at), at };
  });
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;

/** Changes the program headers of a type. */
function onHeaders(
  good: Buffer,
  type: number,
  change: (copy: Buffer, at: number, is64: boolean, index: number) => void,
): Buffer {
  return changed(good, (copy, is64) => {
    const headers = programHeaders(copy, is64).filter((header) => header.type === type);
    for (const [index, header] of headers.entries()) change(copy, header.at, is64, index);
  });
}

const fieldOffsets = {
  p_offset: [8, 4],
  p_vaddr: [16, 8],
  p_filesz: [32, 16],
  p_align: [48, 28],
} as const;

function setField(field: keyof typeof fieldOffsets, value: number, which: number, type = PT_LOAD) {
  return (good: Buffer): Buffer =>
    onHeaders(good, type, (copy, at, is64, index) => {
      if (index === which) writeWord(copy, is64, at + fieldOffsets[field][is64 ? 0 : 1], value);
    });
}

/** All broken files. */
export const brokenFiles: readonly BrokenFile[] = [
  { name: "empty", make: () => Buffer.alloc(0) },
  { name: "one byte", make: () => Buffer.from([0x7f]) },
  {
    name: "text",
    make: () =>
      Buffer.from("This is a text file, long enough to be read as a header, but it is none.\n"),
  },
  { name: "a script", make: () => Buffer.from(`#!/bin/sh\nexit 3\n${"# filler\n".repeat(20)}`) },
  {
    name: "a linker script",
    make: () => Buffer.from(`/* GNU ld script */\nGROUP ( /lib/libc.so.6 )\n${" ".repeat(64)}`),
  },
  { name: "zeroes", make: () => Buffer.alloc(4096) },
  { name: "only the magic", make: (good) => good.subarray(0, 4) },
  { name: "only e_ident", make: (good) => good.subarray(0, 16) },
  { name: "half an ELF header", make: (good) => good.subarray(0, 40) },
  { name: "only the ELF header", make: (good) => good.subarray(0, 64) },
  { name: "truncated in the program headers", make: (good) => good.subarray(0, 150) },
  { name: "the other ELF class", make: (_good, other) => other },
  { name: "big-endian", make: (good) => changed(good, (copy) => copy.writeUInt8(2, 5)) },
  { name: "no byte order", make: (good) => changed(good, (copy) => copy.writeUInt8(0, 5)) },
  { name: "class 0", make: (good) => changed(good, (copy) => copy.writeUInt8(0, 4)) },
  {
    name: "ELF version 2 in e_ident",
    make: (good) => changed(good, (copy) => copy.writeUInt8(2, 6)),
  },
  {
    name: "ELF version 2 in e_version",
    make: (good) => changed(good, (copy) => copy.writeUInt32LE(2, 20)),
  },
  { name: "unknown OS ABI", make: (good) => changed(good, (copy) => copy.writeUInt8(97, 7)) },
  { name: "ABI version 9", make: (good) => changed(good, (copy) => copy.writeUInt8(9, 8)) },
  {
    name: "padding in e_ident not zero",
    make: (good) => changed(good, (copy) => copy.writeUInt8(1, 12)),
  },
  {
    name: "a relocatable file",
    make: (good) => changed(good, (copy) => copy.writeUInt16LE(1, 16)),
  },
  { name: "a core file", make: (good) => changed(good, (copy) => copy.writeUInt16LE(4, 16)) },
  { name: "another machine", make: (good) => changed(good, (copy) => copy.writeUInt16LE(183, 18)) },
  {
    name: "program headers of a wrong size",
    make: (good) => changed(good, (copy, is64) => copy.writeUInt16LE(24, is64 ? 54 : 42)),
  },
  {
    name: "no program headers",
    make: (good) => changed(good, (copy, is64) => copy.writeUInt16LE(0, is64 ? 56 : 44)),
  },
  {
    name: "program headers beyond the end",
    make: (good) =>
      changed(good, (copy, is64) => writeWord(copy, is64, is64 ? 32 : 28, good.length - 8)),
  },
  {
    name: "no PT_LOAD",
    make: (good) => onHeaders(good, PT_LOAD, (copy, at) => copy.writeUInt32LE(0, at)),
  },
  {
    name: "no PT_DYNAMIC",
    make: (good) => onHeaders(good, PT_DYNAMIC, (copy, at) => copy.writeUInt32LE(0, at)),
  },
  { name: "empty PT_DYNAMIC", make: setField("p_filesz", 0, 0, PT_DYNAMIC) },
  { name: "PT_LOAD alignment not a power of two", make: setField("p_align", 0x1001, 1) },
  { name: "PT_LOAD alignment below the page size", make: setField("p_align", 0x10, 1) },
  { name: "PT_LOAD offset not congruent to its address", make: setField("p_offset", 0x1234, 1) },
];
