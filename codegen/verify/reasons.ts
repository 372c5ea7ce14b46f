/**
 * The fields that may differ between glibc's ld.so and wine-ld, each with the reason. Short on
 * purpose: what is not in this table must be equal. An entry that excuses nothing is reported.
 */

import { isInRange, type VersionRange } from "../version-range.ts";

/** Which paths of a state may differ, and why. */
export interface Reason {
  readonly paths: RegExp;
  readonly why: string;
  /** The glibc versions it holds for; default: all. */
  readonly glibc?: VersionRange;
}

/** Differences between any two runs, even under one linker. */
export const RUN_REASONS: readonly Reason[] = [
  {
    paths: /^thread\.header\.(?:stack_guard|pointer_guard)$/,
    why: "drawn at random for each process",
  },
  { paths: /^thread\.tid$/, why: "the number of the thread" },
  {
    paths: /^(?:thread\.)?rseq_area\.cpu_id(?:_start)?$/,
    why: "the cpu the thread happens to run on",
  },
  {
    paths: /\._dl_x86_cpu_features\.(?:features\[0\]\.cpuid|cpuid\[0\])\.ebx$/,
    why: "has the number of the cpu that executed cpuid in its upper byte",
  },
  { paths: /^auxv\[31\]$/, why: "the kernel puts the program's name at a random distance" },
];

/** Fields of a link map that no library and no debugger reads: the linker's notes to itself. */
const PRIVATE_MAP_FIELDS: readonly string[] = [
  "l_dt_relr_ref",
  "l_file_id",
  "l_find_object_processed",
  "l_has_jump_slot_reloc",
  "l_ldnum",
  "l_lookup_cache",
  "l_main_map",
  "l_property",
  "l_rpath_dirs",
  "l_runpath_dirs",
  "l_scope_max",
  "l_scope_mem",
  "l_serial",
  "l_symbolic_searchlist",
  "l_text_end",
  "l_tls_in_slotinfo",
  "l_used",
  "l_versions",
  "l_versyms",
  "l_visited",
  "l_x86_isa_1_needed",
];

/** Differences between glibc's linker and ours. */
export const LINKER_REASONS: readonly Reason[] = [
  ...RUN_REASONS,
  {
    paths: /^_rtld_global\._dl_rtld_map\./,
    why: "glibc keeps its own link map there; ours is compared as an entry of the list",
  },
  {
    paths:
      /^link_map\(ld\.so\)\.l_(?:info|phnum|relro_|flags|nversions|gnu_|nbuckets|chain|buckets)/,
    why: "describes the linker's own file, which is another one",
  },
  {
    paths: new RegExp(`^link_map\\([^)]*\\)\\.(?:${PRIVATE_MAP_FIELDS.join("|")})\\b`),
    why: "read by nobody but the linker, which keeps its state elsewhere",
  },
  {
    paths: /^link_map\([^)]*\)\.l_info\[(?:16|22|24)\]$/,
    why: "glibc's linker notes DT_FLAGS there, as if there were DT_SYMBOLIC, DT_TEXTREL, DT_BIND_NOW",
  },
  {
    paths: /^link_map\([^)]*\)\.l_libname(?:\.next)*\.dont_free$/,
    why: "set for names that were not allocated with malloc: ours never are",
  },
  {
    paths: /^link_map\([^)]*\)\.l_initfini/,
    why: "the order of destructors is kept elsewhere; libc only frees this when l_free_initfini is set",
  },
  {
    paths: /^link_map\((?:ld\.so|linux-vdso\.so\.1|linux-gate\.so\.1)\)\.l_(?:local_)?scope/,
    why: "where an object's own dlsym calls begin to look; these objects make none",
  },
  {
    paths: /^_rtld_global(?:_ro)?\._dl_(?:init_)?all_dirs\b/,
    why: "libc only compares the two pointers; the search path is kept elsewhere",
  },
  {
    paths: /^_rtld_global_ro\._dl_x86_(?:cap_flags|hwcap_flags|platforms)\[/,
    why: "names that only the linker itself prints and searches with",
  },
  {
    paths: /^_rtld_global_ro\._dl_x86_(?:tlsdesc_dynamic|64_runtime_resolve)$/,
    why: "which of glibc's own trampolines fits the processor",
    glibc: { from: "2.37" },
  },
  {
    paths: /^_rtld_global_ro\._dl_profile_output\b/,
    why: "read by the linker alone, when it profiles",
    glibc: { from: "2.42" },
  },
  {
    paths:
      /^(?:link_map\([^)]*\)\.l_x86_feature_1_and|_rtld_global\._dl_x86_feature_control\.\w+)$/,
    why: "read by the linker alone when it turns on shadow stacks or indirect branch tracking; ours turns on neither",
  },
  {
    paths: /^_rtld_global\._dl_elf_thp_control$/,
    why: "read by the linker alone when it maps segments for huge pages (glibc.elf.thp)",
    glibc: { from: "2.44" },
  },
  {
    paths: /^_rtld_global\._dl_tls_generation$/,
    why: "counted by the linker alone; from 2.44 on its first load counts too",
    glibc: { from: "2.44" },
  },
  {
    paths: /^slotinfo\[0\]\./,
    why: "modules are counted from one: slot 0 belongs to none",
  },
  {
    paths: /^_rtld_global\._dl_num_(?:cache_)?relocations$/,
    why: "counts for LD_DEBUG=statistics, which depend on the linker's own relocations",
  },
  {
    paths: /^link_map\((?:program|ld\.so|libc\.so\.6)\)\.l_contiguous$/,
    why: "glibc leaves it unset for what the kernel mapped, and sets it where it keeps holes between segments",
    glibc: { to: "2.34" },
  },
  {
    paths: /^(?:__libc_stack_end|auxv\[(?:15|25)\]|entry\.sp%16)$/,
    why: "glibc does not close the gap that its own arguments leave on the stack of a direct start",
    glibc: { to: "2.34" },
  },
];

/** The reasons that hold for a version of glibc. */
export function linkerReasons(version: string): readonly Reason[] {
  return LINKER_REASONS.filter(({ glibc }) => glibc === undefined || isInRange(glibc, version));
}
