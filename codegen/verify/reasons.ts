/**
 * The fields that may differ between glibc's ld.so and wine-ld, each with the reason. Short on
 * purpose: what is not in this table must be equal. An entry that excuses nothing is reported.
 */

/** Which paths of a state may differ, and why. */
export interface Reason {
  readonly paths: RegExp;
  readonly why: string;
}

const ownMap = "(?:link_map\\(ld\\.so\\)|_rtld_global\\._dl_rtld_map)";

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

/** Differences between glibc's linker and ours. */
export const LINKER_REASONS: readonly Reason[] = [
  ...RUN_REASONS,
  {
    paths: new RegExp(`^${ownMap}\\.(?:l_info|l_phnum|l_ldnum|l_relro_|l_entry|l_gnu_|l_nbuckets|l_chain|l_buckets)`),
    why: "describes the linker's own file, which is another one",
  },
  {
    paths: /\.l_lookup_cache\./,
    why: "remembers the last symbol that the linker looked up for itself; nobody else reads it",
  },
  {
    paths: /^_rtld_global\._dl_num_(?:cache_)?relocations$/,
    why: "counts for LD_DEBUG=statistics, which depend on the linker's own relocations",
  },
];
