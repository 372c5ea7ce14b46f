/**
 * The little of ELF that the suite needs: which class a file has, and where it names its linker.
 *
 * Pure functions over a file's bytes; no file is opened here.
 */

export type Arch = "x86_64" | "i386";

const PT_INTERP = 3;
const ELFCLASS32 = 1;
const ELFCLASS64 = 2;

interface ElfHeader {
  readonly is64: boolean;
  readonly programHeaders: number;
  readonly entrySize: number;
  readonly count: number;
}

/** Reads the ELF header; undefined when the bytes are not a little-endian ELF file. */
function readHeader(bytes: Buffer): ElfHeader | undefined {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return undefined;
  if (bytes[4] === ELFCLASS64) {
    return {
      is64: true,
      programHeaders: Number(bytes.readBigUInt64LE(32)),
      entrySize: bytes.readUInt16LE(54),
      count: bytes.readUInt16LE(56),
    };
  }
  if (bytes[4] !== ELFCLASS32) return undefined;
  return {
    is64: false,
    programHeaders: bytes.readUInt32LE(28),
    entrySize: bytes.readUInt16LE(42),
    count: bytes.readUInt16LE(44),
  };
}

/** Where PT_INTERP's text lies in the file: offset and size in bytes. */
function findInterp(bytes: Buffer): { readonly offset: number; readonly size: number } | undefined {
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  for (let index = 0; index < header.count; index++) {
    const at = header.programHeaders + index * header.entrySize;
    if (bytes.readUInt32LE(at) !== PT_INTERP) continue;
    return header.is64
      ? {
          offset: Number(bytes.readBigUInt64LE(at + 8)),
          size: Number(bytes.readBigUInt64LE(at + 32)),
        }
      : { offset: bytes.readUInt32LE(at + 4), size: bytes.readUInt32LE(at + 16) };
  }
  return undefined;
}

/** The architecture of an ELF file, or undefined when it is none that a linker here runs. */
export function elfArch(bytes: Buffer): Arch | undefined {
  const machine = bytes.length >= 20 ? bytes.readUInt16LE(18) : 0;
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  if (header.is64) return machine === 62 ? "x86_64" : undefined;
  return machine === 3 ? "i386" : undefined;
}

/** The linker that a program names, or undefined for a static program or a library. */
export function programInterpreter(bytes: Buffer): string | undefined {
  const interp = findInterp(bytes);
  if (interp === undefined) return undefined;
  const text = bytes.toString("latin1", interp.offset, interp.offset + interp.size);
  return text.replace(/\0.*$/s, "");
}

/**
 * A copy of a program that names another linker. The new path must fit the room of the old one:
 * nothing else of the file moves, so the program stays what it was.
 */
export function withInterpreter(bytes: Buffer, path: string): Buffer {
  const interp = findInterp(bytes);
  if (interp === undefined) throw new Error("the program names no linker (PT_INTERP)");
  if (Buffer.byteLength(path) >= interp.size) {
    throw new Error(`the linker path ${path} does not fit into ${interp.size} bytes`);
  }
  const copy = Buffer.from(bytes);
  copy.fill(0, interp.offset, interp.offset + interp.size);
  copy.write(path, interp.offset, "latin1");
  return copy;
}
