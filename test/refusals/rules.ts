/**
 * What can be refused: the system calls that a run makes and glibc's linker does not make in the same
 * run, derived from traces of both. Pure.
 */
import type { Target } from "../../codegen/targets.ts";

/** One system call of a trace. */
export interface Call {
  readonly number: number;
  readonly arguments: readonly bigint[];
}

/** A call, or a call with one argument, in the words of `refuse.h`; `name` is for readers. */
export interface Rule {
  readonly text: string;
  readonly name: string;
}

/** What a filter does with a call that a rule names. */
export const refusals: Readonly<Record<string, string>> = {
  EPERM: "1",
  ENOSYS: "38",
  EINVAL: "22",
  EACCES: "13",
  ENOMEM: "12",
  KILL: "kill",
};

/**
 * Which arguments say what kind of call it is: words of flags, bit by bit, or one value of several. Not of
 * futex: whether threads of one run wait for each other is chance.
 */
const kinds: Readonly<Record<string, readonly { index: number; bits: boolean }[]>> = {
  mmap: [
    { index: 2, bits: false },
    { index: 3, bits: true },
  ],
  mprotect: [{ index: 2, bits: false }],
  mremap: [{ index: 3, bits: true }],
  madvise: [{ index: 2, bits: false }],
  openat: [{ index: 2, bits: true }],
  open: [{ index: 1, bits: true }],
  access: [{ index: 1, bits: false }],
  ioctl: [{ index: 1, bits: false }],
  prctl: [{ index: 0, bits: false }],
  arch_prctl: [{ index: 0, bits: false }],
  fcntl: [{ index: 1, bits: false }],
  rt_sigprocmask: [{ index: 0, bits: false }],
  fstatat: [{ index: 3, bits: true }],
  statx: [{ index: 2, bits: true }],
  prlimit64: [{ index: 1, bits: false }],
  shmctl: [{ index: 1, bits: false }],
  ipc: [{ index: 0, bits: false }],
};

/** The close() by which a program says that it has begun. */
const MARK = -1001;

/** Reads what `trace.c` wrote: all calls, and those after the program's own mark. */
export function parseTrace(
  text: string,
  target: Target,
): { readonly all: readonly Call[]; readonly later: readonly Call[] } {
  const all = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Call => {
      const [number, ...rest] = line.split(" ");
      return { number: Number(number), arguments: rest.map((word) => BigInt(word)) };
    });
  const mark = all.findIndex(
    (call) =>
      call.number === target.syscalls["close"] &&
      Number(BigInt.asIntN(32, call.arguments[0] ?? 0n)) === MARK,
  );
  return { all, later: mark < 0 ? [] : all.slice(mark + 1) };
}

const low = (value: bigint | undefined): number => Number(BigInt.asUintN(32, value ?? 0n));

function bitsOf(value: number): readonly number[] {
  return Array.from({ length: 32 }, (_, index) => 2 ** index).filter(
    (bit) => Math.floor(value / bit) % 2 === 1,
  );
}

/** Everything that a filter can tell about a call. */
function rulesOf(call: Call, names: ReadonlyMap<number, string>): readonly Rule[] {
  const name = names.get(call.number) ?? `call ${call.number}`;
  const whole: Rule = { text: `${call.number}`, name };
  const parts = (kinds[name] ?? []).flatMap(({ index, bits }) => {
    const value = low(call.arguments[index]);
    const values = bits ? bitsOf(value) : [value];
    return values.map((one): Rule => {
      const mark = bits ? "&" : "=";
      const number = `0x${one.toString(16)}`;
      return {
        text: `${call.number}:${index}${mark}${number}`,
        name: `${name}(argument ${index} ${mark} ${number})`,
      };
    });
  });
  return [whole, ...parts];
}

/** What the calls of one run have that those of another do not; of a call that is new, the call alone. */
export function extraRules(
  calls: readonly Call[],
  others: readonly Call[],
  target: Target,
): readonly Rule[] {
  const names = new Map(Object.entries(target.syscalls).map(([name, number]) => [number, name]));
  const known = new Set(others.flatMap((call) => rulesOf(call, names)).map(({ text }) => text));
  const found = new Map<string, Rule>();
  for (const call of calls) {
    const [whole, ...parts] = rulesOf(call, names);
    if (whole === undefined) continue;
    for (const rule of known.has(whole.text) ? parts : [whole])
      if (!known.has(rule.text)) found.set(rule.text, rule);
  }
  return [...found.values()].sort((left, right) => left.text.localeCompare(right.text));
}
