/**
 * What the stripped binaries of a glibc show: exported and imported symbols, debugger descriptors,
 * the entries of the mmap family, the version banner. Pure functions over decoded ELF files; needs no
 * debug info, so `verify` uses the same functions on a system's own files.
 */
import type {
  ExportedSymbol,
  ImportedSymbol,
  MmapEntry,
  ThreadDbDescriptor,
  VdsoSlot,
} from "../abi/model.ts";
import { type Elf, readAt, sectionBytes, sectionNamed } from "../elf.ts";
import {
  type DynamicSymbol,
  dynamicSymbols,
  STB_WEAK,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_OBJECT,
  symbols,
} from "../elf-symbols.ts";
import { prologueOf } from "./prologue.ts";

/** The libraries of glibc whose imports from ld.so are recorded. */
export const GLIBC_LIBRARIES: readonly string[] = [
  "libc.so.6",
  "libm.so.6",
  "libmvec.so.1",
  "libpthread.so.0",
  "libdl.so.2",
  "librt.so.1",
  "libanl.so.1",
  "libresolv.so.2",
  "libutil.so.1",
  "libthread_db.so.1",
  "libc_malloc_debug.so.0",
  "libmemusage.so",
];

/** The calls whose bodies are replaced, by their public names. */
export const MMAP_FAMILY: readonly string[] = [
  "mmap",
  "mmap64",
  "munmap",
  "mremap",
  "mprotect",
  "pkey_mprotect",
  "madvise",
  "brk",
  "sbrk",
  "shmat",
  "shmdt",
  "remap_file_pages",
  "mseal",
  "map_shadow_stack",
];

const PROLOGUE_BYTES = 16;
const SHN_ABS = 0xfff1;
const EXPORT_TYPES: ReadonlyMap<number, ExportedSymbol["type"]> = new Map([
  [STT_FUNC, "function"],
  [STT_OBJECT, "object"],
  [STT_GNU_IFUNC, "ifunc"],
]);

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The symbols ld.so exports, sorted by name; the linker's version placeholders are left out. */
export function exportedSymbols(ldso: Elf): readonly ExportedSymbol[] {
  return dynamicSymbols(ldso)
    .flatMap((symbol): ExportedSymbol[] => {
      const type = EXPORT_TYPES.get(symbol.type);
      if (!type || symbol.section === 0 || symbol.section === SHN_ABS) return [];
      const { name, version = "", isDefault, size } = symbol;
      return [{ name, version, isDefault, type, weak: symbol.binding === STB_WEAK, size }];
    })
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** The symbols a library imports from the linker with this soname, sorted by name. */
export function importedSymbols(
  library: string,
  elf: Elf,
  ldsoSoname: string,
): readonly ImportedSymbol[] {
  return dynamicSymbols(elf)
    .filter((symbol) => symbol.section === 0 && symbol.neededFrom === ldsoSoname)
    .map(({ name, version = "" }) => ({ library, name, version }))
    .sort((a, b) => compare(a.name, b.name));
}

/**
 * The `_thread_db_*` descriptors of a library, sorted by name. libpthread.so.0 (before 2.34) keeps them
 * in the symbol table that it alone is not stripped of.
 */
export function threadDbDescriptors(elf: Elf): readonly ThreadDbDescriptor[] {
  const found = [...dynamicSymbols(elf), ...symbols(elf)].filter(
    ({ name, section }) => name.startsWith("_thread_db_") && section !== 0,
  );
  return [...new Map(found.map((symbol) => [symbol.name, symbol])).values()]
    .map(({ name, value, size }) => {
      const bytes = readAt(elf, value, size);
      const count = Math.floor(size / 4);
      return { name, values: Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * i)) };
    })
    .sort((a, b) => compare(a.name, b.name));
}

function bare(name: string): string {
  return name.replace(/^_+/, "");
}

/** The bodies of the mmap family in a library, each once, with all dynamic names it goes by. */
export function mmapEntries(library: string, elf: Elf): readonly MmapEntry[] {
  const arch = elf.bits === 64 ? "x86_64" : "i386";
  const family = dynamicSymbols(elf).filter(
    (symbol) =>
      symbol.section !== 0 && symbol.type === STT_FUNC && MMAP_FAMILY.includes(bare(symbol.name)),
  );
  const bodies = new Map<number, DynamicSymbol[]>();
  for (const symbol of family) {
    bodies.set(symbol.value, [...(bodies.get(symbol.value) ?? []), symbol]);
  }
  const rank = ({ name }: DynamicSymbol) => {
    const place = MMAP_FAMILY.indexOf(name);
    return place < 0 ? MMAP_FAMILY.length : place;
  };
  return [...bodies.values()]
    .map((names) => names.sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name)))
    .sort(([a], [b]) => (a && b ? rank(a) - rank(b) : 0))
    .flatMap(([symbol, ...aliases]): MmapEntry[] => {
      if (!symbol) return [];
      const { name, version = "", value, size } = symbol;
      const code = readAt(elf, value, Math.min(size, 2 * PROLOGUE_BYTES));
      const { bytes: prologue, mask: prologueMask } = prologueOf(code, PROLOGUE_BYTES, arch);
      const others = [...new Set(aliases.map((alias) => alias.name))].sort();
      return [{ library, symbol: name, version, aliases: others, size, prologue, prologueMask }];
    });
}

/**
 * The vdso functions that ld.so looks up for pointers of `_rtld_global_ro`. Which of the names the
 * vdso could have is meant shows in the strings of ld.so itself: 64-bit systems keep the plain name
 * behind a slot whose field says 64.
 * @param fields field names of `_rtld_global_ro`
 */
export function vdsoSlots(ldso: Elf, fields: readonly string[]): readonly VdsoSlot[] {
  const section = sectionNamed(ldso, ".rodata");
  const strings = section ? sectionBytes(ldso, section) : Buffer.alloc(0);
  const has = (text: string) => strings.includes(Buffer.from(`\0${text}\0`, "latin1"));
  return fields
    .filter((field) => field.startsWith("_dl_vdso_"))
    .map((field) => {
      const name = `__vdso_${field.slice("_dl_vdso_".length)}`;
      const candidates = [name, name.replace(/_time64$/, ""), name.replace(/64$/, "")];
      const symbol = candidates.find(has);
      if (!symbol) throw new Error(`ld.so looks up no vdso function for ${field}`);
      return { field, symbol, version: "LINUX_2.6" };
    });
}

/** The release and the packager's name for it. */
export interface LibcBanner {
  readonly version: string;
  readonly package: string;
}

/** What the banner in libc.so.6 says; undefined when there is none. */
export function findBanner(libc: Elf): LibcBanner | undefined {
  const text = libc.bytes.toString("latin1");
  const match = /GNU C Library \(([^)]*)\) [a-z]+ release version (\d+\.\d+)/.exec(text);
  return match?.[1] && match[2] ? { package: match[1], version: match[2] } : undefined;
}

/** The same of a libc.so.6 that must have one. */
export function libcBanner(libc: Elf): LibcBanner {
  const banner = findBanner(libc);
  if (banner === undefined) throw new Error("libc.so.6 has no version banner of glibc");
  return banner;
}
