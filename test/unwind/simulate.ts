/**
 * Follows the stack pointer and the saved registers through a function, along all its jumps, and holds the unwind
 * information against them at each instruction. Knows the instructions that compilers move the stack pointer with.
 */
import { type Frame, type Instruction, type Row, register } from "./frames.ts";

/** What a register holds: the CFA plus a number, what it held in the caller, or something else. */
type Value = number | "caller's" | undefined;

interface State {
  readonly registers: ReadonlyMap<string, Value>;
  /** Which register of the caller is kept at a distance from the CFA. */
  readonly slots: ReadonlyMap<number, string>;
  /** The instruction behind a call that moved the stack pointer moves it back; LLVM says nothing of that one. */
  readonly repairs?: number | undefined;
}

/** What a simulation needs to know of the whole file. */
export interface Program {
  readonly wordSize: number;
  /** By address. */
  readonly instructions: ReadonlyMap<number, Instruction>;
  /** The address behind each instruction. */
  readonly next: ReadonlyMap<number, number>;
  /** By how much a call of the function at an address moves the stack pointer (`ret $4`). */
  readonly pops: (target: number) => number;
}

const preserved: Readonly<Record<number, readonly string[]>> = {
  4: ["bx", "si", "di", "bp"],
  8: ["bx", "bp", "r12", "r13", "r14", "r15"],
};
const scratch = ["ax", "cx", "dx", "si", "di", "r8", "r9", "r10", "r11"];
const readOnly = /^(cmp|test|push|call|j|ret|nop|ucom|bt[lq]?$|prefetch|[ml]fence|sysc|int)/;

const number = (text: string | undefined): number => Number((text ?? "").replace("$", ""));

/** A signed constant: objdump prints those of `and` and `add` as unsigned words. */
const constant = (text: string | undefined): number =>
  Number(BigInt.asIntN(32, BigInt(number(text))));

/** `8(%esp)`: the distance from the CFA, if the register's is known. */
function place(operand: string, state: State): number | undefined {
  const parts = /^(-?)(0x[0-9a-f]+)?\(%(\w+)\)$/.exec(operand);
  const base = state.registers.get(register(parts?.[3] ?? "") ?? "");
  if (parts === null || typeof base !== "number") return undefined;
  return base + (parts[1] === "-" ? -1 : 1) * Number(parts[2] ?? 0);
}

function withRegister(state: State, name: string, value: Value): State {
  return { ...state, registers: new Map(state.registers).set(name, value) };
}

function withSlot(state: State, at: number | undefined, source: string): State {
  if (at === undefined) return state;
  const slots = new Map(state.slots);
  const name = register(source);
  if (name !== undefined && state.registers.get(name) === "caller's") slots.set(at, name);
  else slots.delete(at);
  return { ...state, slots };
}

/** Lowers or raises the stack pointer. */
function moved(state: State, by: number): State {
  const before = state.registers.get("sp");
  return withRegister(state, "sp", typeof before === "number" ? before + by : undefined);
}

function popped(state: State, target: string, wordSize: number): State {
  const at = state.registers.get("sp");
  const name = register(target);
  const kept = typeof at === "number" && name !== undefined && state.slots.get(at) === name;
  const loaded =
    name === undefined ? state : withRegister(state, name, kept ? "caller's" : undefined);
  return moved(loaded, wordSize);
}

function called(state: State, { at, operands }: Instruction, program: Program): State {
  const target = Number.parseInt(operands[0] ?? "", 16);
  if (target === program.next.get(at)) return moved(state, -program.wordSize);
  const lost = scratch.filter((name) => !preserved[program.wordSize]?.includes(name));
  const after = lost.reduce((before, name) => withRegister(before, name, undefined), state);
  return program.pops(target) === 0 ? after : { ...after, repairs: program.next.get(at) };
}

/** The state behind an instruction. */
function step(state: State, instruction: Instruction, program: Program): State {
  const { name, operands } = instruction;
  const [first = "", second = ""] = operands;
  const { wordSize } = program;
  if (/^push/.test(name)) {
    const lower = moved(state, -wordSize);
    const sp = lower.registers.get("sp");
    return withSlot(lower, typeof sp === "number" ? sp : undefined, first);
  }
  if (/^pop[lq]?$/.test(name)) return popped(state, first, wordSize);
  if (/^call/.test(name)) return called(state, instruction, program);
  if (name === "leave")
    return popped(withRegister(state, "sp", state.registers.get("bp")), "%ebp", wordSize);
  if (name === "cpuid")
    return ["ax", "bx", "cx", "dx"].reduce((it, lost) => withRegister(it, lost, undefined), state);
  if (readOnly.test(name)) return state;
  const target = register(operands.at(-1) ?? "");
  if (target === undefined)
    return /^mov[lq]?$/.test(name) ? withSlot(state, place(second, state), first) : state;
  if (target === "sp" && instruction.at === state.repairs) return { ...state, repairs: undefined };
  if (target === "sp" && /^(sub|add)[lq]?$/.test(name) && first.startsWith("$"))
    return moved(state, (name.startsWith("sub") ? -1 : 1) * constant(first));
  if (/^lea[lq]?$/.test(name)) return withRegister(state, target, place(first, state));
  if (/^mov[lq]?$/.test(name)) {
    const source = register(first);
    const at = place(first, state);
    const loaded = at !== undefined && state.slots.get(at) === target ? "caller's" : undefined;
    return withRegister(state, target, source === undefined ? loaded : state.registers.get(source));
  }
  const other = /^xchg/.test(name) ? register(first) : undefined;
  const both = other === undefined ? state : withRegister(state, other, undefined);
  return withRegister(both, target, undefined);
}

/** What is wrong with a row at one instruction, or undefined. */
function complaint(row: Row, state: State, at: Instruction, wordSize: number): string | undefined {
  const { registers, slots } = state;
  const leaves = at.name === "jmp" && registers.get("sp") === undefined; // longjmp: on another stack already
  if (row.outermost || leaves) return undefined;
  if (row.cfa === undefined) return "the CFA is not a register plus a number";
  const base = registers.get(row.cfa.register);
  if (base !== -row.cfa.plus)
    return `the CFA is not ${row.cfa.register}+${row.cfa.plus} (${row.cfa.register} is CFA${base ?? "?"})`;
  if (row.saved.get("ra") !== -wordSize) return "the return address is not where a call puts it";
  for (const [name, at] of row.saved)
    if (name !== "ra" && slots.get(at) !== name) return `${name} is not kept at CFA${at}`;
  for (const name of preserved[wordSize] ?? [])
    if (!row.saved.has(name) && registers.get(name) !== "caller's")
      return `${name} has changed, and nothing says where the caller's is`;
  return undefined;
}

/** Where an instruction goes on. */
function successors({ at, name, operands }: Instruction, program: Program): readonly number[] {
  const behind = program.next.get(at);
  const fallsThrough = !/^(jmp|ret|ud2|int3|hlt)/.test(name);
  const target = /^j/.test(name) ? Number.parseInt(operands[0] ?? "", 16) : Number.NaN;
  return [...(fallsThrough && behind !== undefined ? [behind] : []), target].filter(
    Number.isFinite,
  );
}

/** What tells two visits of an instruction apart. */
function visit(at: number, { registers, slots }: State): string {
  return [at, ...registers.values(), "|", ...[...slots].flat()].join(" ");
}

/**
 * Every instruction of a function at which its unwind information is wrong: `address: what`. An instruction may be met
 * in several states, because a call that never returns looks like any other: one in which all is right is enough.
 */
export function wrongAt(frame: Frame, program: Program): readonly string[] {
  const { wordSize } = program;
  const first = frame.rows[0]?.cfa;
  const entry: State = {
    registers: new Map<string, Value>([
      ["sp", first?.register === "sp" ? -first.plus : -wordSize], // PLT0 pushes two words more
      ...(preserved[wordSize] ?? []).map((name): [string, Value] => [name, "caller's"]),
    ]),
    slots: new Map(),
  };
  const verdicts = new Map<number, string | undefined>();
  const seen = new Set<string>();
  const work: { readonly at: number; readonly state: State }[] = [
    { at: frame.start, state: entry },
  ];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { at, state } = item;
    const instruction = program.instructions.get(at);
    const label = visit(at, state);
    if (seen.has(label) || at < frame.start || at >= frame.end || instruction === undefined)
      continue;
    seen.add(label);
    const row = frame.rows.filter((candidate) => candidate.at <= at).at(-1);
    const what =
      row === undefined ? "nothing is said" : complaint(row, state, instruction, wordSize);
    if (!verdicts.has(at) || what === undefined) verdicts.set(at, what);
    const after = step(state, instruction, program);
    work.push(...successors(instruction, program).map((next) => ({ at: next, state: after })));
  }
  return [...verdicts].flatMap(([at, what]) =>
    what === undefined ? [] : [`${at.toString(16)}: ${what}`],
  );
}
