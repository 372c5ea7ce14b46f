/**
 * The first instructions of an entry that may stay when what follows them is replaced by a jump.
 *
 * A tracer (uprobes: perf, bpftrace) puts a breakpoint on the first instruction, runs a copy of what the file
 * has there and goes on behind it; later it puts the file's first byte back. So a jump that began at the first
 * byte would be entered in its middle. Knows only instructions that compilers begin these functions with, and
 * of them only such as leave the arguments alone.
 */

import type { Arch } from "../abi/model.ts";

/** What stays of an entry. */
export interface Kept {
  /** Bytes of the instructions that stay. */
  readonly size: number;
  /** By how many bytes they lower the stack pointer. */
  readonly lowers: number;
}

/** An instruction: what its hexadecimal text begins with, how long it is, what it does to the stack. */
interface Form {
  readonly begins: RegExp;
  readonly size: number;
  readonly lowers?: number | "operand";
}

/** endbr64, endbr32: an indirect call must meet it first. */
const landingPad = /^f30f1ef[ab]/;
const LANDING_PAD_SIZE = 4;

const forms: Readonly<Record<Arch, readonly Form[]>> = {
  x86_64: [
    { begins: /^5[0-7]/, size: 1, lowers: 8 }, // push
    { begins: /^415[0-7]/, size: 2, lowers: 8 },
    { begins: /^4883ec[0-7]/, size: 4, lowers: "operand" }, // sub $n,%rsp
    { begins: /^b8/, size: 5 }, // mov $n,%eax
    { begins: /^(89|31)[c-f][08]/, size: 2 }, // mov, xor to %eax
    { begins: /^4[159d](89|31)[c-f][23ab]/, size: 3 }, // to %r10, %r11
    { begins: /^f7c[0-7]/, size: 6 }, // test $n,register
    { begins: /^41f7c[0-7]/, size: 7 },
    { begins: /^83f[89a-f]/, size: 3 }, // cmp $n,register
    { begins: /^803d/, size: 7 }, // cmpb $n,variable
  ],
  i386: [
    { begins: /^5[0-7]/, size: 1, lowers: 4 },
    { begins: /^83ec[0-7]/, size: 3, lowers: "operand" },
    { begins: /^b[89a]/, size: 5 }, // mov $n to %eax, %ecx, %edx
    { begins: /^(89|31)[c-f][01289a]/, size: 2 },
    { begins: /^8b(44|4c|54)24/, size: 4 }, // an argument to one of them
    { begins: /^e8.{8}(05|81c[012])/, size: 5 }, // call of the function that loads the pc into one
  ],
};

/** What stays of an entry that begins with these bytes; `undefined`: the first is not known to be harmless. */
export function keptInstructions(prologue: string, arch: Arch): Kept | undefined {
  const pad = landingPad.test(prologue) ? LANDING_PAD_SIZE : 0;
  const code = prologue.slice(2 * pad).toLowerCase();
  const form = forms[arch].find(({ begins }) => begins.test(code));
  if (form === undefined || 2 * form.size > code.length)
    return pad === 0 ? undefined : { size: pad, lowers: 0 };
  const operand = Number.parseInt(code.slice(2 * form.size - 2, 2 * form.size), 16);
  const lowers = form.lowers === "operand" ? operand : (form.lowers ?? 0);
  return { size: pad + form.size, lowers };
}
