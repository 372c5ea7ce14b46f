/**
 * The fields that may differ between glibc's ld.so and wine-ld, each with the reason. Short on
 * purpose: what is not in this table must be equal. An entry that excuses nothing is reported.
 */

/** Which paths of a state may differ, and why. */
export interface Reason {
  readonly paths: RegExp;
  readonly why: string;
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
    paths: /\._dl_x86_cpu_features\.features\[0\]\.cpuid\.ebx$/,
    why: "has the number of the cpu that executed cpuid in its upper byte",
  },
  { paths: /^auxv\[31\]$/, why: "the kernel puts the program's name at a random distance" },
];

/** Fields of a link map that no library and no debugger reads: the linker's notes to itself. */
const PRIVATE_MAP_FIELDS: readonly string[] = [
  "l_dt_relr_ref",
  "l_file_id",
  "l_find_object_processed",
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
    paths: /^slotinfo\[0\]\./,
    why: "modules are counted from one: slot 0 belongs to none",
  },
  {
    paths: /^_rtld_global\._dl_num_(?:cache_)?relocations$/,
    why: "counts for LD_DEBUG=statistics, which depend on the linker's own relocations",
  },
];
