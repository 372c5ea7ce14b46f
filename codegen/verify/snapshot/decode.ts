/**
 * A snapshot -> every field of the shared state as a path and a text that does not depend on
 * addresses. Knows which pointers lead to more state worth comparing; the layouts come from the ABI
 * module.
 */
import { leavesOf, type Place, placeOf, structNamed, typeSize } from "../../abi/layout.ts";
import type { Abi, Type } from "../../abi/model.ts";
import { LINKER_MEMORY, type Process, textAt, wordAt } from "./process.ts";

/** Path -> value. Fields that hold zero are left out: absence means zero. */
export type State = ReadonlyMap<string, string>;

/** What a pointer field leads to. */
type Target =
  | { readonly kind: "text" }
  /** An array of pointers that ends with a null pointer. */
  | { readonly kind: "pointers" }
  /** An array of pointers, as many as a sibling field says. */
  | { readonly kind: "counted pointers"; readonly count: string }
  /** An array of structs, as many as a sibling field says. */
  | { readonly kind: "structs"; readonly struct: string; readonly count: string };

const TARGETS: ReadonlyMap<string, Target> = new Map<string, Target>([
  ["link_map.l_name", { kind: "text" }],
  ["link_map.l_origin", { kind: "text" }],
  ["link_map.l_scope", { kind: "pointers" }],
  ["link_map.l_initfini", { kind: "pointers" }],
  ["link_map.l_versions", { kind: "structs", struct: "r_found_version", count: "l_nversions" }],
  ["r_scope_elem.r_list", { kind: "counted pointers", count: "r_nlist" }],
  ["libname_list.name", { kind: "text" }],
  ["r_found_version.name", { kind: "text" }],
  ["r_found_version.filename", { kind: "text" }],
  ["r_search_path_elem.what", { kind: "text" }],
  ["r_search_path_elem.where", { kind: "text" }],
  ["r_search_path_elem.dirname", { kind: "text" }],
  ["rtld_global_ro._dl_platform", { kind: "text" }],
  ["rtld_global_ro._dl_profile_output", { kind: "text" }],
  ["rtld_global_ro._dl_origin_path", { kind: "text" }],
  ["rtld_global_ro._dl_inhibit_rpath", { kind: "text" }],
]);

/** Structs that are part of the state by themselves: a pointer to one names it and leads no further. */
const OWN_STRUCTS = new Set(["link_map", "pthread", "rtld_global", "rtld_global_ro", "dtv"]);
/** Members of unions that show once more what another member of the union shows better. */
const SECOND_VIEWS = /\.(?:__size|__align|__padding|pad|cpuid_array|active_array)$/;
/** Words of bits, which may look like addresses. */
const BIT_WORDS = /\._dl_x86_cpu_features\./;
/** Fields that hold the address behind the last byte of something. */
const ENDS = /\.(?:l_map_end|l_text_end)$/;
/** The value of a pointer that was followed. */
const FOLLOWED = "->";
const ITEM_LIMIT = 4096;
const DEPTH_LIMIT = 24;

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Collects values of one process. */
class Decoder {
  readonly state = new Map<string, string>();
  private readonly process: Process;
  private readonly abi: Abi;

  constructor(process: Process) {
    this.process = process;
    this.abi = process.abi;
  }

  set(path: string, value: string): void {
    if (value !== "0") this.state.set(path, value);
  }

  struct(path: string, name: string, address: number, depth = 0): void {
    const size = structNamed(this.abi, name)?.size ?? 0;
    const bytes = this.process.snapshot.read(address, size);
    if (!bytes) {
      this.set(path, `unreadable ${name} at ${hex(address)}`);
      return;
    }
    for (const place of leavesOf(this.abi, name)) {
      const full = `${path}.${place.path}`;
      if (place.size > 0 && !SECOND_VIEWS.test(full)) this.leaf(full, place, bytes);
    }
    for (const holder of this.holders(name)) {
      this.follow(`${path}.`, holder.struct, holder.prefix, address + holder.offset, depth);
    }
  }

  /** Every struct inside `name`, itself included, with where it is. */
  private holders(name: string, prefix = "", offset = 0): Holder[] {
    const own = { struct: name, prefix, offset };
    const inner = (structNamed(this.abi, name)?.fields ?? []).flatMap((field): Holder[] => {
      const place = { path: prefix + field.name, offset: offset + field.offset, type: field.type };
      return structsIn(this.abi, place).flatMap((item) =>
        this.holders(item.name, `${item.path}.`, item.offset),
      );
    });
    return [own, ...inner];
  }

  private follow(path: string, struct: string, prefix: string, base: number, depth: number): void {
    for (const field of structNamed(this.abi, struct)?.fields ?? []) {
      if (field.type.kind !== "pointer") continue;
      const pointer = this.word(base + field.offset);
      if (pointer === 0 || depth > DEPTH_LIMIT) continue;
      const name = `${path}${prefix}${field.name}`;
      const target = TARGETS.get(`${struct}.${field.name}`);
      const { to } = field.type;
      const leadsOn = to !== undefined && !OWN_STRUCTS.has(to) && this.isPrivate(pointer, to);
      // Where the pointed-to state is kept does not matter: it is compared itself.
      if (target || leadsOn) this.set(name, FOLLOWED);
      if (target) this.target(`${name}->`, target, struct, base, pointer, depth);
      else if (leadsOn) this.struct(name, to, pointer, depth + 1);
    }
  }

  /** Only the linker's own memory holds state; a pointer into a file's image is a name already. */
  private isPrivate(pointer: number, to: string): boolean {
    const isOwn = this.process.nameOf(pointer) === LINKER_MEMORY;
    return isOwn && structNamed(this.abi, to) !== undefined;
  }

  private target(
    path: string,
    target: Target,
    struct: string,
    base: number,
    pointer: number,
    depth: number,
  ): void {
    const count = "count" in target ? this.number(struct, target.count, base) : ITEM_LIMIT;
    const word = this.process.snapshot.wordSize;
    switch (target.kind) {
      case "text":
        this.set(path, JSON.stringify(textAt(this.process.snapshot, pointer) ?? "unreadable"));
        return;
      case "pointers":
      case "counted pointers":
        for (let i = 0; i < Math.min(count, ITEM_LIMIT); i++) {
          const item = this.word(pointer + i * word);
          if (item === 0 && target.kind === "pointers") return;
          this.set(`${path}[${i}]`, this.address(item));
        }
        return;
      case "structs": {
        const size = structNamed(this.abi, target.struct)?.size ?? 0;
        for (let i = 0; i < Math.min(count, ITEM_LIMIT); i++) {
          this.struct(`${path}[${i}]`, target.struct, pointer + i * size, depth + 1);
        }
      }
    }
  }

  private number(struct: string, field: string, base: number): number {
    const place = placeOf(this.abi, struct, field);
    const bytes = place && this.process.snapshot.read(base + place.offset, place.size);
    return bytes ? Number(integer(bytes, false)) : 0;
  }

  private word(address: number): number {
    try {
      return wordAt(this.process.snapshot, address);
    } catch {
      return 0;
    }
  }

  private leaf(path: string, place: Place, bytes: Buffer): void {
    const slice = bytes.subarray(place.offset, place.offset + place.size);
    if (slice.every((byte) => byte === 0)) return;
    if (place.bits) {
      const { first, width } = place.bits;
      const value = (integer(slice, false) >> BigInt(first)) & ((1n << BigInt(width)) - 1n);
      this.set(path, String(value));
    } else if (ENDS.test(path)) {
      this.set(path, `end of ${this.address(Number(integer(slice, false)) - 1)}`);
    } else if (place.type.kind === "array") this.array(path, place.type.of, slice);
    else this.set(path, this.scalar(path, place.type, slice));
  }

  private array(path: string, of: Type, bytes: Buffer): void {
    const size = typeSize(this.abi, of);
    if (of.kind === "integer" && size === 1) {
      this.set(path, JSON.stringify(bytes.toString("latin1").replace(/\0+$/, "")));
      return;
    }
    for (let i = 0; (i + 1) * size <= bytes.length; i++) {
      this.set(`${path}[${i}]`, this.scalar(path, of, bytes.subarray(i * size, (i + 1) * size)));
    }
  }

  private scalar(path: string, type: Type, bytes: Buffer): string {
    if (type.kind === "bytes") return bytes.toString("hex").replace(/^0+$/, "0");
    if (type.kind === "pointer" || type.kind === "function-pointer") {
      const pointer = integer(bytes, false);
      return this.address(Number(pointer), pointer);
    }
    const value = integer(bytes, type.kind === "integer" && type.signed);
    const isWord = bytes.length === this.process.snapshot.wordSize;
    return isWord && value > 0xffffn && !BIT_WORDS.test(path)
      ? this.address(Number(value), value)
      : small(value);
  }

  /** The name of an address, or the number when it is none. */
  address(value: number, exact = BigInt(value)): string {
    if (value === 0) return "0";
    return this.process.nameOf(value) ?? small(exact);
  }
}

interface Holder {
  readonly struct: string;
  readonly prefix: string;
  readonly offset: number;
}

function structsIn(
  abi: Abi,
  place: { readonly path: string; readonly offset: number; readonly type: Type },
): { readonly name: string; readonly path: string; readonly offset: number }[] {
  const { type, path, offset } = place;
  if (type.kind === "struct") return [{ name: type.name, path, offset }];
  if (type.kind !== "array") return [];
  const size = typeSize(abi, type.of);
  return Array.from({ length: type.count }, (_, i) => i).flatMap((i) =>
    structsIn(abi, { path: `${path}[${i}]`, offset: offset + i * size, type: type.of }),
  );
}

function integer(bytes: Buffer, signed: boolean): bigint {
  const hexadecimal = Buffer.from(bytes).reverse().toString("hex");
  const value = BigInt(`0x${hexadecimal || "0"}`);
  return signed ? BigInt.asIntN(8 * bytes.length, value) : value;
}

function small(value: bigint): string {
  return value >= -9n && value <= 9n ? String(value) : value < 0n ? String(value) : hex(value);
}

function decodeAuxv(decoder: Decoder, { snapshot }: Process): void {
  const word = snapshot.wordSize;
  let at = snapshot.stackPointer;
  const argumentCount = wordAt(snapshot, at);
  decoder.set("argc", String(argumentCount));
  at += word * (argumentCount + 2);
  while (wordAt(snapshot, at) !== 0) at += word;
  at += word;
  decoder.set("auxv", decoder.address(at));
  for (; wordAt(snapshot, at) !== 0; at += 2 * word) {
    const value = wordAt(snapshot, at + word);
    const name = `auxv[${wordAt(snapshot, at)}]`;
    decoder.set(name, value > 0xffff ? decoder.address(value) : small(BigInt(value)));
  }
}

function decodeThreadVector(decoder: Decoder, process: Process): void {
  const { abi, snapshot } = process;
  const place = placeOf(abi, "pthread", "header.dtv");
  const dtv = place && wordAt(snapshot, snapshot.threadPointer + place.offset);
  if (!dtv) return;
  const size = structNamed(abi, "dtv")?.size ?? 0;
  const counter = (index: number) => wordAt(snapshot, dtv + index * size);
  decoder.set("dtv[-1].counter", String(counter(-1)));
  decoder.set("dtv[0].counter", String(counter(0)));
  for (let i = 1; i <= Math.min(counter(-1), 64); i++) {
    decoder.struct(`dtv[${i}]`, "dtv", dtv + i * size);
  }
}

/** The list of slots of modules with thread-local storage: as many as its header says, in one piece. */
function decodeSlots(decoder: Decoder, process: Process): void {
  const { abi, snapshot, exports } = process;
  const list = placeOf(abi, "rtld_global", "_dl_tls_dtv_slotinfo_list");
  const global = exports.get("_rtld_global");
  const header = list && global ? wordAt(snapshot, global.address + list.offset) : 0;
  const first = placeOf(abi, "dtv_slotinfo_list", "slotinfo")?.offset ?? 0;
  const size = structNamed(abi, "dtv_slotinfo")?.size ?? 0;
  const count = header === 0 ? 0 : wordAt(snapshot, header);
  for (let i = 0; i < Math.min(count, 64); i++) {
    decoder.struct(`slotinfo[${i}]`, "dtv_slotinfo", header + first + i * size);
  }
}

const EXPORTED_WORDS = ["__libc_stack_end", "_dl_argv", "__rseq_offset"];
const EXPORTED_INTEGERS = ["__libc_enable_secure", "__rseq_size", "__rseq_flags"];

function decodeExports(decoder: Decoder, { snapshot, exports }: Process): void {
  for (const name of [...EXPORTED_WORDS, ...EXPORTED_INTEGERS]) {
    const object = exports.get(name);
    const bytes = object && snapshot.read(object.address, object.size);
    if (!bytes) continue;
    const value = integer(bytes, false);
    decoder.set(
      name,
      EXPORTED_WORDS.includes(name) ? decoder.address(Number(value)) : small(value),
    );
  }
}

/** All of the state that a glibc and its linker share, at the entry point of the program. */
export function decodeState(process: Process): State {
  const decoder = new Decoder(process);
  const { snapshot, exports, objects } = process;
  for (const [symbol, struct] of [
    ["_rtld_global", "rtld_global"],
    ["_rtld_global_ro", "rtld_global_ro"],
    ["_r_debug", "r_debug"],
  ] as const) {
    const object = exports.get(symbol);
    if (object) decoder.struct(symbol, struct, object.address);
  }
  decoder.struct("thread", "pthread", snapshot.threadPointer);
  decodeThreadVector(decoder, process);
  decodeSlots(decoder, process);
  for (const { name, linkMap } of objects) decoder.struct(`link_map(${name})`, "link_map", linkMap);
  decodeExports(decoder, process);
  decodeAuxv(decoder, process);
  decoder.set("entry.dx", decoder.address(Number(snapshot.registers["dx"] ?? 0n)));
  decoder.set("entry.bp", decoder.address(Number(snapshot.registers["bp"] ?? 0n)));
  decoder.set("entry.sp%16", String(snapshot.stackPointer % 16));
  return decoder.state;
}
