/**
 * What kind of Windows program a file is, from its headers (Microsoft's "PE Format"; for the older ones only their
 * signature). Reads no more of the file than that needs. Pure but for the reader it is given.
 */

/** Reads a part of the file; fewer bytes where the file ends. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** Thrown with the rest of a sentence about the file: "is no Windows program…". */
export class WindowsFileError extends Error {
  override readonly name = "WindowsFileError";
}

/** A program or library for Windows NT. */
export interface PeFile {
  readonly kind: "pe";
  /** Of its addresses; what .NET makes of it `managed` says. */
  readonly bits: 32 | 64;
  readonly machine: string;
  readonly library: boolean;
  /** It can handle addresses above 2 GiB (of a library nobody asks). */
  readonly largeAddressAware: boolean;
  /** Where it wants to lie. */
  readonly base: number;
  /** Whether it can lie elsewhere. */
  readonly relocatable: boolean;
  /** Bytes of address space that it takes. */
  readonly size: number;
  readonly console: boolean;
  /** .NET: whether the system gives it its own word size, or it is bound to 32 bits; undefined: no .NET. */
  readonly managed?: "any" | "32 bits";
  /** Names of the DLLs that it is linked with; undefined where the table cannot be read. */
  readonly imports: readonly string[] | undefined;
}

/** What a file is. */
export type WindowsFile =
  | PeFile
  | { readonly kind: "dos" }
  | { readonly kind: "ne"; readonly library: boolean }
  | { readonly kind: "le" };

const DOS_HEADER = 64;
/** Programs with a newer header have their DOS relocations from here on. */
const NEWER = 0x40;
const MACHINES: Readonly<Record<number, string>> = {
  332: "i386",
  34404: "x86_64",
  448: "ARM",
  452: "ARM",
  43620: "ARM64",
};
const RELOCS_STRIPPED = 0x1;
const LARGE_ADDRESS_AWARE = 0x20;
const DLL = 0x2000;
const NE_LIBRARY = 0x8000;
const CONSOLE = 3;
/** Sizes of the optional headers up to the directories, and places of what differs. */
const LAYOUTS = {
  267: { bits: 32, directories: 96, count: 92 },
  523: { bits: 64, directories: 112, count: 108 },
} as const;
const DIRECTORY = { imports: 1, relocations: 5, managed: 14 } as const;
/** COMIMAGE_FLAGS: code of .NET alone; only with 32 bits; with these if it can be chosen. */
const [IL_ONLY, NEEDS_32, PREFERS_32] = [0x1, 0x2, 0x20000];
const MOST_IMPORTS = 4096;
const LONGEST_NAME = 256;

/**
 * Tells what a file is.
 * @throws WindowsFileError when it is nothing that Windows or DOS would start
 */
export function readWindowsFile(read: ReadAt): WindowsFile {
  const dos = read(0, DOS_HEADER);
  if (dos.length === 0) throw new WindowsFileError("is empty");
  if (dos.toString("latin1", 0, 2) !== "MZ")
    throw new WindowsFileError("is no Windows program: it does not begin with MZ");
  if (dos.length < DOS_HEADER) throw new WindowsFileError("is cut off in its DOS header");
  const at = dos.readUInt32LE(0x3c);
  const signature = read(at, 4);
  const letters = signature.toString("latin1", 0, 2);
  if (letters === "PE" && signature.length === 4 && signature.readUInt16LE(2) === 0)
    return peFile(read, at);
  if (letters === "NE") {
    const header = exactly(read, at, 14, "is cut off in its NE header");
    return { kind: "ne", library: (header.readUInt16LE(12) & NE_LIBRARY) !== 0 };
  }
  if (letters === "LE" || letters === "LX") return { kind: "le" };
  if (dos.readUInt16LE(0x18) >= NEWER && at >= DOS_HEADER && signature.length < 4)
    throw new WindowsFileError(`is cut off: its header should be at ${hex(at)}`);
  return { kind: "dos" };
}

interface Section {
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly stored: number;
}

function peFile(read: ReadAt, at: number): PeFile {
  const cut = "is cut off in its PE header";
  const header = exactly(read, at + 4, 20, cut);
  const length = header.readUInt16LE(16);
  const optional = exactly(read, at + 24, length, cut);
  const magic = length < 2 ? 0 : optional.readUInt16LE(0);
  if (magic !== 0x10b && magic !== 0x20b)
    throw new WindowsFileError(
      `has an optional header of the type ${hex(magic)}: neither PE32 nor PE32+`,
    );
  const { bits, directories, count } = LAYOUTS[magic];
  if (length < directories) throw new WindowsFileError("has an optional header that is too short");
  const characteristics = header.readUInt16LE(18);
  const directory = (index: number) => {
    const entry = directories + index * 8;
    return index < optional.readUInt32LE(count) && entry + 8 <= length
      ? { address: optional.readUInt32LE(entry), size: optional.readUInt32LE(entry + 4) }
      : { address: 0, size: 0 };
  };
  const sections = sectionsOf(exactly(read, at + 24 + length, header.readUInt16LE(2) * 40, cut));
  const inMemory = memoryReader(read, sections);
  const machine = header.readUInt16LE(0);
  const managed = managedAs(inMemory, directory(DIRECTORY.managed).address, bits);
  return {
    kind: "pe",
    bits,
    machine: MACHINES[machine] ?? `machine ${hex(machine)}`,
    library: (characteristics & DLL) !== 0,
    largeAddressAware: (characteristics & LARGE_ADDRESS_AWARE) !== 0,
    base: bits === 32 ? optional.readUInt32LE(28) : Number(optional.readBigUInt64LE(24)),
    relocatable:
      (characteristics & RELOCS_STRIPPED) === 0 && directory(DIRECTORY.relocations).size > 0,
    size: optional.readUInt32LE(56),
    console: optional.readUInt16LE(68) === CONSOLE,
    ...(managed !== undefined && { managed }),
    imports: importsOf(inMemory, directory(DIRECTORY.imports).address),
  };
}

function sectionsOf(table: Buffer): readonly Section[] {
  return Array.from({ length: table.length / 40 }, (_, index) => {
    const field = (at: number) => table.readUInt32LE(index * 40 + at);
    return { size: field(8), address: field(12), stored: field(16), offset: field(20) };
  });
}

/** Reads by addresses relative to the image's base; undefined where nothing of the file is there. */
function memoryReader(read: ReadAt, sections: readonly Section[]) {
  return (address: number, length: number): Buffer | undefined => {
    const section = sections.find(
      (candidate) => address >= candidate.address && address - candidate.address < candidate.stored,
    );
    if (section === undefined) return undefined;
    const within = address - section.address;
    return read(section.offset + within, Math.min(length, section.stored - within));
  };
}
type MemoryReader = ReturnType<typeof memoryReader>;

function managedAs(read: MemoryReader, address: number, bits: 32 | 64): PeFile["managed"] {
  if (address === 0) return undefined;
  const header = read(address, 20);
  if (header === undefined || header.length < 20 || bits === 64) return "any";
  const flags = header.readUInt32LE(16);
  return (flags & IL_ONLY) !== 0 && (flags & (NEEDS_32 | PREFERS_32)) === 0 ? "any" : "32 bits";
}

function importsOf(read: MemoryReader, address: number): PeFile["imports"] {
  const names: string[] = [];
  if (address === 0) return names;
  for (let index = 0; index < MOST_IMPORTS; ++index) {
    const entry = read(address + index * 20, 20);
    if (entry === undefined || entry.length < 20) return undefined;
    const [name, thunks] = [entry.readUInt32LE(12), entry.readUInt32LE(16)];
    if (name === 0 || thunks === 0) return names;
    const text = read(name, LONGEST_NAME);
    const end = text?.indexOf(0) ?? -1;
    if (text === undefined || end < 0) return undefined;
    names.push(text.toString("latin1", 0, end));
  }
  return undefined;
}

function exactly(read: ReadAt, offset: number, length: number, otherwise: string): Buffer {
  const bytes = read(offset, length);
  if (bytes.length < length) throw new WindowsFileError(otherwise);
  return bytes;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
