/**
 * What must hold in any process of a glibc, whoever linked it: fields that repeat what the kernel said
 * (auxv), what stands in the ELF files, or each other. So a module can be tried against a glibc's own
 * ld.so: where a field is not at its offset, something else is found there.
 */
import { placeOf, structNamed } from "../../abi/layout.ts";
import { dynamicEntries, type Elf, PT_DYNAMIC, PT_TLS, parseElf, readAt } from "../../elf.ts";
import { dynamicSymbols } from "../../elf-symbols.ts";
import { combined, compared, type Verdict } from "../check.ts";
import type { State } from "./decode.ts";
import { type LoadedObject, type Process, textAt, wordAt } from "./process.ts";

const PT_GNU_RELRO = 0x6474e552;
const DT_STANDARD_TAGS = 35;
const DT_FLAGS = 30;
const DT_FLAGS_1 = 0x6ffffffb;
const DT_GNU_HASH = 0x6ffffef5;

/** Field of `_rtld_global_ro` -> the auxv entry it repeats. */
const FROM_AUXV: readonly (readonly [string, number])[] = [
  ["_dl_pagesize", 6],
  ["_dl_clktck", 17],
  ["_dl_hwcap2", 26],
  ["_dl_sysinfo_dso", 33],
  ["_dl_minsigstacksize", 51],
  ["_dl_x86_cpu_features.features[0].cpuid.edx", 16],
];

/** Functions that every linker provides where the field exists. */
const FUNCTIONS: readonly string[] = [
  "_dl_debug_printf",
  "_dl_mcount",
  "_dl_lookup_symbol_x",
  "_dl_open",
  "_dl_close",
  "_dl_catch_error",
  "_dl_error_free",
  "_dl_tls_get_addr_soft",
  "_dl_libc_freeres",
  "_dl_find_object",
];

/** Compares fields of a state by path; a field that this ABI lacks is not compared. */
class Expectations {
  readonly verdicts: Verdict[] = [];
  private readonly process: Process;
  private readonly state: State;

  constructor(process: Process, state: State) {
    this.process = process;
    this.state = state;
  }

  field(root: string, struct: string, path: string, expected: string): void {
    if (!placeOf(this.process.abi, struct, path)) return;
    const full = `${root}.${path}`;
    this.verdicts.push(compared(full, expected, this.state.get(full) ?? "0"));
  }

  global(path: string, expected: string): void {
    this.field("_rtld_global", "rtld_global", path, expected);
  }

  readOnly(path: string, expected: string): void {
    this.field("_rtld_global_ro", "rtld_global_ro", path, expected);
  }

  thread(path: string, expected: string): void {
    this.field("thread", "pthread", path, expected);
  }

  map(object: LoadedObject, path: string, expected: string): void {
    this.field(`link_map(${object.name})`, "link_map", path, expected);
  }
}

function number(value: number): string {
  return value <= 9 ? String(value) : `0x${value.toString(16)}`;
}

function expectGlobals(expect: Expectations, process: Process, state: State): void {
  const { abi, objects } = process;
  const offset = (struct: string, path: string) => {
    const place = placeOf(abi, struct, path);
    return place ? `+0x${place.offset.toString(16)}` : "";
  };
  expect.global("_dl_ns[0]._ns_loaded", "link_map(program)");
  expect.global("_dl_ns[0]._ns_nloaded", number(objects.length));
  expect.global("_dl_ns[0].libc_map", "link_map(libc.so.6)");
  expect.global("_dl_nns", "1");
  expect.global("_dl_load_adds", number(objects.length));
  expect.global("_dl_stack_user.next", `thread${offset("pthread", "list")}`);
  for (const list of ["_dl_stack_used", "_dl_stack_cache"]) {
    expect.global(`${list}.next`, `_rtld_global${offset("rtld_global", list)}`);
    expect.global(`${list}.prev`, `_rtld_global${offset("rtld_global", list)}`);
  }
  for (const [field, tag] of FROM_AUXV) expect.readOnly(field, state.get(`auxv[${tag}]`) ?? "0");
  expect.readOnly("_dl_auxv", state.get("auxv") ?? "0");
  // libc walks from the one to the other when it frees what the linker allocated.
  expect.global("_dl_all_dirs", state.get("_rtld_global_ro._dl_init_all_dirs") ?? "0");
  for (const field of FUNCTIONS) expect.readOnly(field, "the linker's code");
}

function expectThread(expect: Expectations, { abi }: Process, threadNumber?: number): void {
  expect.thread("header.tcb", "thread");
  expect.thread("header.self", "thread");
  const list = placeOf(abi, "rtld_global", "_dl_stack_user");
  if (list) expect.thread("list.next", `_rtld_global+0x${list.offset.toString(16)}`);
  if (threadNumber !== undefined) expect.thread("tid", number(threadNumber));
}

/** The vdso is an ELF file that is only in memory. */
function vdsoImage({
  snapshot,
}: Process): { readonly base: number; readonly elf: Elf } | undefined {
  const mapping = snapshot.mappings.find(({ path }) => path === "[vdso]");
  const bytes = mapping && snapshot.read(mapping.start, mapping.end - mapping.start);
  return mapping && bytes && { base: mapping.start, elf: parseElf(bytes) };
}

function expectVdso(expect: Expectations, process: Process): void {
  const vdso = vdsoImage(process);
  if (!vdso) return;
  const symbols = dynamicSymbols(vdso.elf);
  for (const slot of process.abi.vdsoSlots) {
    const symbol = symbols.find(({ name }) => name === slot.symbol);
    const name = symbol && process.nameOf(vdso.base + symbol.value);
    expect.readOnly(slot.field, name ?? "0");
  }
}

function expectDynamic(
  expect: Expectations,
  process: Process,
  object: LoadedObject,
  elf: Elf,
  base: number,
): void {
  const name = (vaddr: number) => process.nameOf(base + vaddr) ?? number(base + vaddr);
  const word = elf.bits / 8;
  const table = elf.segments.find(({ type }) => type === PT_DYNAMIC);
  const entries = dynamicEntries(elf);
  const isLinker = object.name === "ld.so";
  expect.map(object, "l_ld", name(table?.vaddr ?? 0));
  entries.forEach(({ tag, value }, i) => {
    const at = name((table?.vaddr ?? 0) + 2 * word * i);
    const isLast = !entries.slice(i + 1).some((entry) => entry.tag === tag);
    if (tag < DT_STANDARD_TAGS && isLast) expect.map(object, `l_info[${tag}]`, at);
    // A linker does not obey its own flags, and glibc's does not note them.
    if (tag === DT_FLAGS_1 && !isLinker) expect.map(object, "l_flags_1", number(value));
    if (tag === DT_FLAGS && !isLinker) expect.map(object, "l_flags", number(value));
    if (tag !== DT_GNU_HASH) return;
    const hash = readAt(elf, value, 16);
    const maskWords = hash.readUInt32LE(8);
    expect.map(object, "l_nbuckets", number(hash.readUInt32LE(0)));
    expect.map(object, "l_gnu_bitmask_idxbits", number(maskWords - 1));
    expect.map(object, "l_gnu_shift", number(hash.readUInt32LE(12)));
    expect.map(object, "l_gnu_bitmask", name(value + 16));
    expect.map(object, "l_gnu_buckets", name(value + 16 + word * maskWords));
  });
}

function expectSegments(
  expect: Expectations,
  process: Process,
  object: LoadedObject,
  elf: Elf,
  base: number,
): void {
  const name = (vaddr: number) => process.nameOf(base + vaddr) ?? number(base + vaddr);
  const tls = elf.segments.find(({ type }) => type === PT_TLS);
  const relro = elf.segments.find(({ type }) => type === PT_GNU_RELRO);
  expect.map(object, "l_phnum", number(elf.segments.length));
  if (object.name !== "ld.so") expect.map(object, "l_entry", name(elf.entry));
  expect.map(object, "l_relro_addr", number(relro?.vaddr ?? 0));
  expect.map(object, "l_relro_size", number(relro?.memorySize ?? 0));
  if (!tls) return;
  expect.map(object, "l_tls_initimage", name(tls.vaddr));
  expect.map(object, "l_tls_initimage_size", number(tls.fileSize));
  expect.map(object, "l_tls_blocksize", number(tls.memorySize));
  expect.map(object, "l_tls_align", number(tls.align));
}

function expectObject(
  expect: Expectations,
  process: Process,
  object: LoadedObject,
  elf: Elf,
): void {
  const { objects, abi, snapshot } = process;
  const index = objects.indexOf(object);
  const neighbour = (step: number) => {
    const other = objects[index + step];
    return other ? `link_map(${other.name})` : "0";
  };
  const base = wordAt(snapshot, object.linkMap + (placeOf(abi, "link_map", "l_addr")?.offset ?? 0));
  expect.map(object, "l_real", `link_map(${object.name})`);
  expect.map(object, "l_next", neighbour(1));
  expect.map(object, "l_prev", neighbour(-1));
  expect.map(object, "l_type", index === 0 ? "0" : "1");
  for (const flag of ["l_relocated", "l_init_called", "l_global"]) {
    expect.map(object, flag, "1");
  }
  expectDynamic(expect, process, object, elf, base);
  expectSegments(expect, process, object, elf, base);
}

/** The ELF file an object was mapped from, unless it is the vdso. */
function fileOf(process: Process, object: LoadedObject): string | undefined {
  const inside = process.snapshot.mappings.find(
    ({ start, end, path }) =>
      path.startsWith("/") && object.start < end && (object.end || object.start + 1) > start,
  );
  return inside?.path;
}

/**
 * Holds a decoded state against what must be so.
 * @param readElf decodes the file at a path
 * @param threadNumber the process's number, when it is known
 */
export function verifyInvariants(
  process: Process,
  state: State,
  readElf: (path: string) => Elf,
  threadNumber?: number,
): Verdict {
  const expect = new Expectations(process, state);
  expectGlobals(expect, process, state);
  expectThread(expect, process, threadNumber);
  expectVdso(expect, process);
  for (const object of process.objects) {
    const path = fileOf(process, object);
    if (path !== undefined) expectObject(expect, process, object, readElf(path));
  }
  const platform = [...platformText(process)];
  return combined([
    ...expect.verdicts,
    ...platform.map(([a, b]) => compared("_dl_platform", a, b)),
  ]);
}

/** AT_PLATFORM's text and that of `_dl_platform`, where both are there. */
function* platformText(process: Process): Generator<readonly [string, string]> {
  const { abi, snapshot, exports } = process;
  const global = exports.get("_rtld_global_ro");
  const place = placeOf(abi, "rtld_global_ro", "_dl_platform");
  const length = placeOf(abi, "rtld_global_ro", "_dl_platformlen");
  if (!global || !place || !length || !structNamed(abi, "rtld_global_ro")) return;
  const text = textAt(snapshot, wordAt(snapshot, global.address + place.offset));
  const size = wordAt(snapshot, global.address + length.offset);
  yield [`a text of ${size} bytes`, `a text of ${text?.length ?? 0} bytes`];
}
