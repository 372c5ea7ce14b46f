/**
 * Which of the first bytes of a function are the same in every build of it, and which are the distance
 * to something that each build puts elsewhere. Knows the few x86 instructions that compilers begin
 * small functions with, and stops at the first other.
 */
import type { Arch, MmapEntry } from "../abi/model.ts";

/** The bytes of whole instructions and, as long, ff for a byte to compare and 00 for one not to. */
export interface Prologue {
  readonly bytes: string;
  readonly mask: string;
}

interface Instruction {
  readonly length: number;
  /** The bytes of a displacement: start within the instruction, and how many. */
  readonly varies?: { readonly at: number; readonly size: number };
}

/** Opcode ranges with what follows the opcode: a ModR/M byte, immediate bytes, a relative address. */
interface Form {
  readonly first: number;
  readonly last: number;
  readonly modrm?: boolean;
  readonly immediate?: number;
  readonly relative?: boolean;
}

const ONE_BYTE: readonly Form[] = [
  { first: 0x01, last: 0x03, modrm: true },
  { first: 0x29, last: 0x2b, modrm: true },
  { first: 0x31, last: 0x33, modrm: true },
  { first: 0x38, last: 0x3b, modrm: true },
  { first: 0x3d, last: 0x3d, immediate: 4 },
  { first: 0x50, last: 0x5f },
  { first: 0x63, last: 0x63, modrm: true },
  { first: 0x70, last: 0x7f, immediate: 1 },
  { first: 0x80, last: 0x80, modrm: true, immediate: 1 },
  { first: 0x81, last: 0x81, modrm: true, immediate: 4 },
  { first: 0x83, last: 0x83, modrm: true, immediate: 1 },
  { first: 0x84, last: 0x8b, modrm: true },
  { first: 0x8d, last: 0x8d, modrm: true },
  { first: 0xb8, last: 0xbf, immediate: 4 },
  { first: 0xc3, last: 0xc3 },
  { first: 0xc7, last: 0xc7, modrm: true, immediate: 4 },
  { first: 0xf7, last: 0xf7, modrm: true, immediate: 4 },
  { first: 0xff, last: 0xff, modrm: true },
  { first: 0xe8, last: 0xe9, immediate: 4, relative: true },
  { first: 0xeb, last: 0xeb, immediate: 1 },
];

/** Behind 0f. */
const TWO_BYTES: readonly Form[] = [
  { first: 0x05, last: 0x05 },
  { first: 0x1e, last: 0x1e, modrm: true },
  { first: 0x80, last: 0x8f, immediate: 4 },
  { first: 0xb6, last: 0xb7, modrm: true },
];

/** Length of a ModR/M byte and what it asks for, and its displacement when a build decides it. */
function modrmLength(bytes: Buffer, at: number, arch: Arch): Instruction {
  const byte = bytes[at] ?? 0;
  const mode = byte >> 6;
  const base = byte & 7;
  if (mode === 3) return { length: 1 };
  const sib = base === 4 ? 1 : 0;
  if (mode === 1) return { length: 2 + sib };
  if (mode === 0 && sib === 1 && ((bytes[at + 1] ?? 0) & 7) === 5) return { length: 6 };
  const isPlainAddress = mode === 0 && base === 5;
  if (mode === 0 && !isPlainAddress) return { length: 1 + sib };
  // Relative to the instruction pointer on x86_64; on i386 far from the register that has the GOT.
  const varies = arch === "x86_64" ? isPlainAddress : mode === 2;
  return { length: 5 + sib, ...(varies && { varies: { at: 1 + sib, size: 4 } }) };
}

function decode(
  bytes: Buffer,
  start: number,
  arch: Arch,
  hasThunk: boolean,
): Instruction | undefined {
  let at = start;
  while ([0x64, 0x65, 0x66, 0xf3].includes(bytes[at] ?? 0)) at++;
  if (arch === "x86_64" && (bytes[at] ?? 0) >> 4 === 4) at++;
  const isTwoBytes = bytes[at] === 0x0f;
  if (isTwoBytes) at++;
  const opcode = bytes[at++] ?? 0;
  const forms = isTwoBytes ? TWO_BYTES : ONE_BYTE;
  const form = forms.find(({ first, last }) => opcode >= first && opcode <= last);
  // f7 is a test with an immediate only as /0 and /1.
  if (!form || (opcode === 0xf7 && ((bytes[at] ?? 0) & 0x30) !== 0)) return undefined;
  const operand = form.modrm ? modrmLength(bytes, at, arch) : { length: 0 };
  const immediateAt = at + operand.length - start;
  const length = immediateAt + (form.immediate ?? 0);
  // i386 finds its GOT by a call and an addition: `add $_GLOBAL_OFFSET_TABLE_, %ebx`.
  const isGot =
    arch === "i386" && hasThunk && opcode === 0x81 && ((bytes[at] ?? 0) & 0xf8) === 0xc0;
  if (form.relative || isGot) return { length, varies: { at: immediateAt, size: 4 } };
  const varies = operand.varies && { ...operand.varies, at: at - start + operand.varies.at };
  return { length, ...(varies && { varies }) };
}

/**
 * The first instructions of a function.
 * @param bytes at least 16 more than `wanted`, or the whole function
 * @param wanted stop after this many bytes
 */
export function prologueOf(bytes: Buffer, wanted: number, arch: Arch): Prologue {
  const mask = Buffer.alloc(bytes.length, 0xff);
  let end = 0;
  let hasThunk = false;
  while (end < wanted) {
    const instruction = decode(bytes, end, arch, hasThunk);
    if (!instruction || end + instruction.length > bytes.length) break;
    hasThunk ||= bytes[end] === 0xe8;
    const { varies } = instruction;
    if (varies) mask.fill(0, end + varies.at, end + varies.at + varies.size);
    end += instruction.length;
  }
  return { bytes: bytes.toString("hex", 0, end), mask: mask.toString("hex", 0, end) };
}

/** An entry with `..` for the bytes that each build has otherwise. */
export function maskedEntry({ prologue, prologueMask, ...entry }: MmapEntry): object {
  const bytes = prologue.match(/../g) ?? [];
  const masked = bytes.map((byte, i) =>
    prologueMask.slice(2 * i, 2 * i + 2) === "ff" ? byte : "..",
  );
  return { ...entry, prologue: masked.join("") };
}
