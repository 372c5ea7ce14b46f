/** The output of the snapshot program, decoded: memory, mappings, registers. Knows nothing of glibc. */

/** One line of /proc/self/maps. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  /** Offset in the file, bytes. */
  readonly offset: number;
  /** A path, `[stack]`, or empty. */
  readonly path: string;
}

/** The state of a process at its entry point. Addresses are numbers: user space ends below 2^47. */
export interface Snapshot {
  readonly wordSize: 4 | 8;
  readonly stackPointer: number;
  readonly threadPointer: number;
  /** By the names of the 64-bit registers: `ax`, `dx`, … */
  readonly registers: Readonly<Record<string, bigint>>;
  readonly mappings: readonly Mapping[];
  /** The bytes at an address, or undefined when they are not all in the snapshot. */
  readonly read: (address: number, size: number) => Buffer | undefined;
}

/** Thrown for bytes that the snapshot program did not write. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

const MAGIC = "wldsnap1";
const FOOTER_WORDS = 15;
const FOOTER_SIZE = FOOTER_WORDS * 8 + MAGIC.length;
const REGISTERS = ["bp", "ax", "bx", "cx", "dx", "si", "di", "r8"] as const;

interface Range {
  readonly start: number;
  readonly size: number;
  readonly offset: number;
}

function parseMapping(line: string): Mapping {
  const match = /^([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+\s*(.*)$/.exec(line);
  if (!match) throw new SnapshotError(`not a line of /proc/self/maps: ${line}`);
  const hex = (text: string | undefined) => Number.parseInt(text ?? "0", 16);
  return {
    start: hex(match[1]),
    end: hex(match[2]),
    permissions: match[3] ?? "",
    offset: hex(match[4]),
    path: match[5] ?? "",
  };
}

/** The pieces of memory, neighbours joined. */
function readRanges(bytes: Buffer, offset: number, count: number): readonly Range[] {
  const joined: Range[] = [];
  for (let i = 0; i < count; i++) {
    const word = (k: number) => Number(bytes.readBigUInt64LE(offset + 24 * i + 8 * k));
    const range = { start: word(0), size: word(1), offset: word(2) };
    const last = joined.at(-1);
    const touches = last !== undefined && last.start + last.size === range.start;
    if (touches) joined[joined.length - 1] = { ...last, size: last.size + range.size };
    else joined.push(range);
  }
  return joined;
}

/**
 * Decodes what the snapshot program wrote.
 * @throws SnapshotError when it was cut off or is something else
 */
export function parseSnapshot(bytes: Buffer): Snapshot {
  const footer = bytes.length - FOOTER_SIZE;
  if (footer < 0 || bytes.toString("latin1", bytes.length - MAGIC.length) !== MAGIC) {
    throw new SnapshotError("the snapshot program did not finish");
  }
  const word = (index: number) => bytes.readBigUInt64LE(footer + 8 * index);
  const number = (index: number) => Number(word(index));
  const maps = bytes.toString("latin1", number(0), number(0) + number(1));
  const ranges = readRanges(bytes, number(2), number(3));
  return {
    wordSize: number(14) === 4 ? 4 : 8,
    stackPointer: number(4),
    threadPointer: number(5),
    registers: Object.fromEntries(REGISTERS.map((name, i) => [name, word(6 + i)])),
    mappings: maps.trimEnd().split("\n").map(parseMapping),
    read: (address, size) => {
      const range = ranges.find(
        ({ start, size: length }) => address >= start && address + size <= start + length,
      );
      if (!range) return undefined;
      const at = range.offset + (address - range.start);
      return bytes.subarray(at, at + size);
    },
  };
}
