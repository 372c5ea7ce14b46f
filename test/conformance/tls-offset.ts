/**
 * A library whose thread-local segment does not begin at a multiple of its alignment, as link editors other than
 * GNU ld make them: the first bytes are cut off the segment, and what lies behind them is as much nearer. Pure.
 */

/** How much is cut off, in bytes; whatever is thread-local and shown must lie behind it. */
const CUT = 8;
const PT_TLS = 7;
const SHT_DYNSYM = 11;
const STT_TLS = 6;

/** Reads and writes the words of an ELF file of one class. */
interface Words {
  readonly is64: boolean;
  word(at: number): number;
  setWord(at: number, value: number): void;
}

function wordsOf(bytes: Buffer): Words {
  const is64 = bytes[4] === 2;
  return {
    is64,
    word: (at) => (is64 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at)),
    setWord: (at, value) => {
      if (is64) bytes.writeBigUInt64LE(BigInt(value), at);
      else bytes.writeUInt32LE(value, at);
    },
  };
}

/** Where the entries of a table of headers lie. */
function entries(bytes: Buffer, words: Words, kind: "program" | "section"): readonly number[] {
  const places = {
    program: words.is64 ? [32, 54] : [28, 42],
    section: words.is64 ? [40, 58] : [32, 46],
  };
  const [offsetAt = 0, sizeAt = 0] = places[kind];
  const size = bytes.readUInt16LE(sizeAt);
  const count = bytes.readUInt16LE(sizeAt + 2);
  return Array.from({ length: count }, (_, index) => words.word(offsetAt) + index * size);
}

function cutSegment(bytes: Buffer, words: Words): void {
  const at = entries(bytes, words, "program").find((entry) => bytes.readUInt32LE(entry) === PT_TLS);
  if (at === undefined) throw new Error("no thread-local segment to cut");
  // p_offset, p_vaddr and p_paddr, then p_filesz and p_memsz.
  const places = words.is64 ? [8, 16, 24] : [4, 8, 12];
  const sizes = words.is64 ? [32, 40] : [16, 20];
  for (const field of places) words.setWord(at + field, words.word(at + field) + CUT);
  for (const field of sizes) words.setWord(at + field, words.word(at + field) - CUT);
}

function moveSymbols(bytes: Buffer, words: Words): void {
  const table = entries(bytes, words, "section").find(
    (entry) => bytes.readUInt32LE(entry + 4) === SHT_DYNSYM,
  );
  if (table === undefined) throw new Error("no dynamic symbols");
  const begin = words.word(table + (words.is64 ? 24 : 16));
  const end = begin + words.word(table + (words.is64 ? 32 : 20));
  for (let at = begin; at < end; at += words.is64 ? 24 : 16) {
    const info = bytes[at + (words.is64 ? 4 : 12)] ?? 0;
    const section = bytes.readUInt16LE(at + (words.is64 ? 6 : 14));
    if (info % 16 !== STT_TLS || section === 0) continue;
    const valueAt = at + (words.is64 ? 8 : 4);
    const value = words.word(valueAt);
    if (value < CUT) throw new Error("a thread-local variable lies where the segment is cut");
    words.setWord(valueAt, value - CUT);
  }
}

/** A copy of a library whose thread-local segment begins later. Throws if a variable lies in what is cut off. */
export function withTlsOffset(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const words = wordsOf(copy);
  cutSegment(copy, words);
  moveSymbols(copy, words);
  return copy;
}
