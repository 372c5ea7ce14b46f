/**
 * PT_INTERP of a program, read and replaced: bytes in, bytes out. Knows program headers; knows no files.
 *
 * A name that fits is written over the old one. A longer one goes where the kernel maps the file anyway
 * but nothing is: the zero bytes between the end of a segment and the end of its last page. There it is
 * part of the segment, which wine's preloader needs: it reads the name from memory, not from the file.
 * No byte moves, so that checksums of sections, debug information and addresses stay as they are.
 */

import { type Elf, PT_INTERP, PT_LOAD, parseElf, type Segment } from "../../codegen/elf.ts";

/** Thrown with a sentence when a program's interpreter cannot be set. */
export class InterpreterError extends Error {
  override readonly name = "InterpreterError";
}

const PAGE = 4096;
const PF_W = 2;

/** Offsets of the fields of a section header that change, and where the table's offset is. */
const SECTION_FIELDS = {
  32: { table: 32, header: 40, address: 12, offset: 16, size: 20 },
  64: { table: 40, header: 64, address: 16, offset: 24, size: 32 },
} as const;

/** Offsets of the fields of a program header that change. */
const FIELDS = {
  32: { size: 32, offset: 4, vaddr: 8, paddr: 12, fileSize: 16, memorySize: 20 },
  64: { size: 56, offset: 8, vaddr: 16, paddr: 24, fileSize: 32, memorySize: 40 },
} as const;

/** The interpreter that a program names. */
export function interpreterOf(bytes: Buffer): string | undefined {
  const elf = parseElf(bytes);
  const segment = elf.segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return undefined;
  const text = bytes.subarray(segment.offset, segment.offset + segment.fileSize);
  return text.toString("utf8").replace(/\0.*$/s, "");
}

/**
 * The program with another interpreter.
 * @throws InterpreterError when it has none, or no room for the name
 */
export function withInterpreter(bytes: Buffer, interpreter: string): Buffer {
  const elf = parseElf(bytes);
  const index = elf.segments.findIndex(({ type }) => type === PT_INTERP);
  const segment = elf.segments[index];
  if (segment === undefined) throw new InterpreterError("it names no interpreter");
  const name = Buffer.from(`${interpreter}\0`, "utf8");
  const copy = Buffer.from(bytes);
  if (name.length <= segment.fileSize) {
    copy.fill(0, segment.offset, segment.offset + segment.fileSize);
    name.copy(copy, segment.offset);
    setHeader(copy, elf, index, { fileSize: name.length, memorySize: name.length });
    return copy;
  }
  return inPadding(copy, elf, index, name);
}

/** Puts the name into a gap of the file and grows the segment before the gap over it. */
function inPadding(copy: Buffer, elf: Elf, index: number, name: Buffer): Buffer {
  const host = elf.segments.findIndex((segment) => hasRoom(copy, elf, segment, name.length));
  const segment = elf.segments[host];
  if (segment === undefined) {
    throw new InterpreterError(
      `there is no room for a name of ${name.length - 1} bytes: a shorter path is needed`,
    );
  }
  const { offset, vaddr, fileSize } = segment;
  name.copy(copy, offset + fileSize);
  const grown = fileSize + name.length;
  setHeader(copy, elf, host, { fileSize: grown, memorySize: grown });
  setHeader(copy, elf, index, {
    offset: offset + fileSize,
    vaddr: vaddr + fileSize,
    paddr: vaddr + fileSize,
    fileSize: name.length,
    memorySize: name.length,
  });
  moveSection(copy, elf, {
    address: vaddr + fileSize,
    offset: offset + fileSize,
    size: name.length,
  });
  return copy;
}

/** Debuggers read the name through the section: it has to say the same as the segment. */
function moveSection(
  bytes: Buffer,
  elf: Elf,
  place: Readonly<Record<"address" | "offset" | "size", number>>,
): void {
  const index = elf.sections.findIndex(({ name }) => name === ".interp");
  if (index < 0) return;
  const layout = SECTION_FIELDS[elf.bits];
  const header = readWord(bytes, elf, layout.table) + index * layout.header;
  for (const key of ["address", "offset", "size"] as const) {
    writeWord(bytes, elf, header + layout[key], place[key]);
  }
}

function readWord(bytes: Buffer, elf: Elf, at: number): number {
  return elf.bits === 32 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at));
}

function writeWord(bytes: Buffer, elf: Elf, at: number, value: number): void {
  if (elf.bits === 32) bytes.writeUInt32LE(value, at);
  else bytes.writeBigUInt64LE(BigInt(value), at);
}

/** Whether `size` unused bytes follow a read-only segment in its last page, in the file and in memory. */
function hasRoom(bytes: Buffer, elf: Elf, segment: Segment, size: number): boolean {
  if (segment.type !== PT_LOAD || (segment.flags & PF_W) !== 0) return false;
  if (segment.fileSize !== segment.memorySize) return false;
  const start = segment.offset + segment.fileSize;
  const end = start + size;
  if (end > Math.ceil(start / PAGE) * PAGE || end > bytes.length) return false;
  if (bytes.subarray(start, end).some((byte) => byte !== 0)) return false;
  const overlaps = (from: number, length: number) => from < end && from + length > start;
  const memory = segment.vaddr + segment.fileSize;
  return (
    !elf.segments.some((other) => other.fileSize > 0 && overlaps(other.offset, other.fileSize)) &&
    !elf.sections.some(
      ({ type, offset, size: length }) => type !== 8 && overlaps(offset, length),
    ) &&
    !elf.segments.some(
      (other) =>
        other.type === PT_LOAD &&
        other.vaddr < memory + size &&
        other.vaddr + other.memorySize > memory,
    )
  );
}

/** Writes fields of program header `index`. */
function setHeader(
  bytes: Buffer,
  elf: Elf,
  index: number,
  values: Partial<Record<"offset" | "vaddr" | "paddr" | "fileSize" | "memorySize", number>>,
): void {
  const layout = FIELDS[elf.bits];
  const table = readWord(bytes, elf, elf.bits === 32 ? 28 : 32);
  for (const key of ["offset", "vaddr", "paddr", "fileSize", "memorySize"] as const) {
    const value = values[key];
    if (value === undefined) continue;
    writeWord(bytes, elf, table + index * layout.size + layout[key], value);
  }
}
