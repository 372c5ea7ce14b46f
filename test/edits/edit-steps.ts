/** The steps that the tables of edits are made of: each changes one thing of a file. Pure. */
import {
  DT,
  dynamicAt,
  type Edit,
  entryAt,
  type Fields,
  get,
  headersAt,
  PT,
  put,
  type Structure,
  sizeOf,
  tableAt,
} from "./elf-fields.ts";

/** Fields of the ELF header. */
export function header(values: Fields<"ehdr">): Edit {
  return (bytes) => put(bytes, "ehdr", 0, values);
}

type Change<S extends Structure> = Fields<S> | ((bytes: Buffer, at: number) => Fields<S>);

function change<S extends Structure>(
  bytes: Buffer,
  structure: S,
  at: number,
  how: Change<S>,
): undefined {
  put(bytes, structure, at, typeof how === "function" ? how(bytes, at) : how);
}

/** Fields of a program header: the one of its type with this index, -1: the last one. */
export function segment(type: number, how: Change<"phdr">, index = 0): Edit {
  return (bytes): undefined => {
    const at = headersAt(bytes, type).at(index);
    if (at === undefined) throw new Error(`no program header ${type}, ${index}`);
    change(bytes, "phdr", at, how);
  };
}

/** A program header that nobody needs becomes another one, a copy of `like` with changes. */
export function another(type: number, how: Change<"phdr">, spare: number = PT.GNU_EH_FRAME): Edit {
  return (bytes): undefined => {
    const from = headersAt(bytes, type)[0];
    const to = headersAt(bytes, spare)[0];
    if (from === undefined || to === undefined) throw new Error("no program header to spare");
    bytes.copyWithin(to, from, from + sizeOf(bytes, "phdr"));
    change(bytes, "phdr", to, how);
  };
}

/** Like `another`, in front of all others of its type. */
export function anotherFirst(type: number, how: Change<"phdr">): Edit {
  return (bytes): undefined => {
    const from = headersAt(bytes, type)[0];
    const spare = headersAt(bytes, PT.GNU_EH_FRAME)[0];
    if (from === undefined || spare === undefined) throw new Error("no program header to spare");
    const size = sizeOf(bytes, "phdr");
    const copy = Buffer.from(bytes.subarray(from, from + size));
    bytes.copyWithin(from + size, from, spare);
    copy.copy(bytes, from);
    change(bytes, "phdr", from, how);
  };
}

/** Program headers of a type are of no type. */
export function without(type: number): Edit {
  return (bytes): undefined => {
    for (const at of headersAt(bytes, type)) put(bytes, "phdr", at, { p_type: PT.NULL });
  };
}

/** Two program headers change places. */
export function swapped(type: number, one: number, two: number): Edit {
  return (bytes): undefined => {
    const all = headersAt(bytes, type);
    const [a, b] = [all.at(one), all.at(two)];
    if (a === undefined || b === undefined) throw new Error("no program headers to swap");
    const size = sizeOf(bytes, "phdr");
    const copy = Buffer.from(bytes.subarray(a, a + size));
    bytes.copyWithin(a, b, b + size);
    copy.copy(bytes, b);
  };
}

/** The value of a dynamic entry: the first one of its tag. */
export function entry(tag: number, value: number | bigint | ((old: number) => number)): Edit {
  return (bytes): undefined => {
    const at = entryAt(bytes, tag);
    const old = get(bytes, "dyn", "d_val", at);
    put(bytes, "dyn", at, { d_val: typeof value === "function" ? value(old) : value });
  };
}

/** A dynamic entry gets another tag. */
export function retagged(tag: number, to: number | bigint): Edit {
  return (bytes) => put(bytes, "dyn", entryAt(bytes, tag), { d_tag: to });
}

/** A tag that means nothing to anybody. */
export const NO_TAG = 0x6123_4567;

/** The dynamic table without a tag. */
export function lacking(tag: number): Edit {
  return retagged(tag, NO_TAG);
}

/** One more dynamic entry, in place of the first DT_NULL: link editors leave some to spare. */
export function added(tag: number | bigint, value: number | bigint | ((bytes: Buffer) => number)) {
  return (bytes: Buffer): undefined => {
    const at = entryAt(bytes, DT.NULL);
    if (at === dynamicAt(bytes).at(-1)) throw new Error("no dynamic entry to spare");
    put(bytes, "dyn", at, {
      d_tag: tag,
      d_val: typeof value === "function" ? value(bytes) : value,
    });
  };
}

/** The value of a dynamic entry of the file itself. */
export function sameAs(tag: number, plus = 0): (bytes: Buffer) => number {
  return (bytes) => get(bytes, "dyn", "d_val", entryAt(bytes, tag)) + plus;
}

/** Fields of the structure at the start of a table, or `distance` bytes from it. */
export function table<S extends Structure>(
  tag: number,
  structure: S,
  how: Change<S>,
  distance: number | ((bytes: Buffer) => number) = 0,
): Edit {
  return (bytes): undefined => {
    const plus = typeof distance === "function" ? distance(bytes) : distance;
    change(bytes, structure, tableAt(bytes, tag) + plus, how);
  };
}

/** The tag of this architecture's relocation tables. */
export const relocs = (bytes: Buffer): number => (bytes[4] === 1 ? DT.REL : DT.RELA);

/** What depends on the architecture. */
export function perArch(is64: Edit, is32: Edit): Edit {
  return (bytes) => (bytes[4] === 1 ? is32 : is64)(bytes);
}
