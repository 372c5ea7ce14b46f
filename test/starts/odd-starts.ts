/** Odd command lines and environments, and odd files to run, list and verify. Pure. */

/** One start. In texts `$out` is the folder of the built files, `$program` the program. */
export interface OddStart {
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Run as this user. */
  readonly user?: number;
}

/** Files that `makeFiles` puts beside the built ones. */
const files = [
  "",
  ".",
  "/",
  "/tmp",
  "/dev/null",
  "/dev/zero",
  "/dev/full",
  "/proc/self/exe",
  "/proc/self/mem",
  "/etc/passwd",
  "/etc/passwd/x",
  "$out/empty",
  "$out/script",
  "$out/magic",
  "$out/folder",
  "$out/folder/",
  "$out/loop",
  "$out/dangling",
  "$out/cut",
  "$out/plain",
  "$out/unreadable",
  "$out/object.o",
  "$out/library.so",
  "$out/static",
  "$out/static-pie",
  "$out/foreign",
  "$out/main/",
  "$out/./main",
  "$out//main",
  "main",
  "none",
  "./none",
  "/none/none",
  "x".repeat(5000),
  `/${"x".repeat(5000)}`,
  "$ORIGIN/main",
  "${ORIGIN}/main",
  "$LIB/main",
  "libc.so.6",
  "libnone.so",
  "ld-linux-x86-64.so.2",
  "ld-linux.so.2",
  "linux-vdso.so.1",
];

const nobody = 65534;
const closedToNobody = ["$out/unreadable", "$out/plain", "$out/folder", "$out/static"];

const programs: readonly OddStart[] = files.flatMap((file) =>
  [[], ["--list"], ["--verify"]].flatMap((options) => [
    { arguments: [...options, file] },
    ...(closedToNobody.includes(file) ? [{ arguments: [...options, file], user: nobody }] : []),
  ]),
);

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `none${index}.so`);

/** What stands for a library somewhere. */
const libraries = [
  "",
  " ",
  ":",
  "libnone.so",
  "/none/x.so",
  "libc.so.6",
  "libnone.so:libnone.so libother.so",
  "$out/folder",
  "/dev/null",
  "/etc/passwd",
  "x".repeat(4000),
  "x".repeat(4095),
  "x".repeat(4096),
  "x".repeat(5000),
  `a/${"x".repeat(5000)}`,
  "ld-linux-x86-64.so.2",
  "ld-linux.so.2",
  "linux-vdso.so.1",
  "linux-gate.so.1",
  "$out/main",
  "$out/static",
  "$out/object.o",
  "$out/unreadable",
  "$out/foreign",
  "$out/loop",
  "$out/dangling",
  ".",
  "./",
  "..",
  "$ORIGIN/none.so",
  "$ORIGIN/library.so",
  "$LIB/$PLATFORM/x",
  "$out/library.so",
  "$out/library.so:$out/library.so",
  "a,b",
  "a\tb",
  "a\nb",
  "\x01",
];

const options: readonly OddStart[] = [
  [],
  ["--"],
  ["-"],
  ["--x"],
  ["-z"],
  ["--list"],
  ["--verify"],
  ["--library-path"],
  ["--argv0"],
  ["--preload"],
  ["--audit"],
  ["--inhibit-rpath"],
  ["--inhibit-cache"],
  ["--glibc-hwcaps-mask"],
  ["--glibc-hwcaps-prepend"],
  ["--argv0", "", "$program", "x"],
  ["--argv0", "name", "$program", "x"],
  ["--argv0", "name", "--argv0", "other", "$program"],
  ["--inhibit-cache", "$program"],
  ["--inhibit-rpath", "", "$program"],
  ["--inhibit-rpath", ":", "$program"],
  ...["", ":", "a:b::c/d", "..", "/", "x".repeat(5000)].flatMap((list) => [
    ["--glibc-hwcaps-prepend", list, "$program"],
    ["--glibc-hwcaps-mask", list, "$program"],
  ]),
  ["--list", "--verify", "$program"],
  ["--verify", "--list", "$program"],
  ["--list-tunables", "--list", "$program"],
  ["--list", "--list-tunables", "$program"],
  ["--inhibit-cache", "--list", "$program"],
  ["--list=$program"],
  ["--Verify", "$program"],
  ["--list", "$program", "puts"],
  ["--list", "$program", "none"],
  ["--list", "libc.so.6"],
  ["--verify", "$program", "x"],
  ...libraries.flatMap((list) => [
    ["--preload", list, "$program"],
    ["--audit", list, "$program"],
  ]),
  ...["libnone.so", "$out/library.so"].flatMap((list) => [
    ["--preload", list, "--list", "$program"],
    ["--preload", list, "--verify", "$program"],
    ["--audit", list, "--list", "$program"],
    ["--audit", list, "--verify", "$program"],
  ]),
  ...[2, 11, 12, 13, 16, 17, 20].map((count) => ["--audit", names(count).join(":"), "$program"]),
  ...[2, 11, 12, 13, 16, 17].map((count) => [
    ...names(count).flatMap((name) => ["--audit", name]),
    "$program",
  ]),
  [...names(17).flatMap(() => ["--audit", ""]), "$program"],
].map((list) => ({ arguments: list }));

const paths = [
  "",
  ":",
  "::",
  ";",
  ";:",
  "a;b:c",
  "/none",
  "x".repeat(70_000),
  `/${"x".repeat(5000)}`,
  `${"/a".repeat(20)}:`.repeat(2000),
  "$ORIGIN",
  "${ORIGIN}",
  "$ORIGINX",
  "${ORIGIN",
  "$",
  "${",
  "$}",
  "${}",
  "$LIB/$PLATFORM",
  "${LIB}x${PLATFORM}",
  "./",
  "..",
  "/",
  "//",
  "/dev/null",
  "/etc/passwd",
  "/tmp//",
  "/tmp/../tmp",
  "$ORIGIN/../$LIB:$ORIGIN",
  "\x01\xff",
  "/proc/self/fd",
];

const run = ["$program", "x"];
const searches: readonly OddStart[] = paths.flatMap((path) => [
  { arguments: run, environment: { LD_LIBRARY_PATH: path, LD_DEBUG: "libs" } },
  { arguments: ["--library-path", path, "--preload", "libnone.so", ...run] },
]);

const variables = [
  "LD_BIND_NOW",
  "LD_BIND_NOT",
  "LD_VERBOSE",
  "LD_WARN",
  "LD_ORIGIN_PATH",
  "LD_HWCAP_MASK",
  "LD_DYNAMIC_WEAK",
  "LD_PROFILE",
  "LD_PROFILE_OUTPUT",
  "LD_USE_LOAD_BIAS",
  "LD_ASSUME_KERNEL",
  "LD_TRACE_LOADED_OBJECTS",
  "LD_TRACE_PRELINKING",
  "LD_POINTER_GUARD",
  "LD_",
  "LD_X",
  "LD_DEBUG_OUTPUT",
  "LD_LIBRARY_VERSION",
  "LD_BIND_NOWX",
  "LD_PREFER_MAP_32BIT_EXEC",
  "MALLOC_CHECK_",
  "MALLOC_PERTURB_",
  "MALLOC_TOP_PAD_",
];
const traced = { LD_TRACE_LOADED_OBJECTS: "1" };
const words = [
  "",
  "xyz",
  "help",
  "help,files",
  "xyz,help",
  "help:libs",
  "files,xyz",
  ",",
  ":",
  " ",
  ", ,",
  "LIBS",
  "libs,",
  "unused",
  "x".repeat(5000),
  "lib",
  "libsx",
  "versions",
  "prelink",
  "display,",
  "xyz abc,def:ghi",
];

const environments: readonly OddStart[] = [
  ...variables.flatMap((name) =>
    ["", "0", "1", "x"].map((value) => ({ arguments: run, environment: { [name]: value } })),
  ),
  ...["2", "3", "-1", "4294967297", "18446744073709551617", "0x2", "010", "2x", " 2"].flatMap(
    (value) =>
      [[], ["--list"], ["--verify"]].map((list) => ({
        arguments: [...list, ...run],
        environment: { LD_TRACE_LOADED_OBJECTS: value },
      })),
  ),
  ...[
    { LD_WARN: "1" },
    { LD_VERBOSE: "1" },
    { LD_WARN: "1", LD_BIND_NOW: "1" },
    { LD_DEBUG: "unused" },
    { LD_PRELOAD: "libnone.so" },
    { LD_AUDIT: "libnone.so" },
  ].flatMap((more) => [
    { arguments: run, environment: { ...traced, ...more } },
    { arguments: ["--list", ...run], environment: more },
  ]),
  ...words.flatMap((word) => [
    { arguments: run, environment: { LD_DEBUG: word } },
    { arguments: run, environment: { LD_DEBUG: word, LD_DEBUG_OUTPUT: "/none/x" } },
  ]),
  ...libraries.flatMap((list) => [
    { arguments: run, environment: { LD_PRELOAD: list } },
    { arguments: run, environment: { LD_AUDIT: list } },
    { arguments: ["--preload", "libother.so", ...run], environment: { LD_PRELOAD: list } },
    { arguments: ["--audit", "libother.so", ...run], environment: { LD_AUDIT: list } },
  ]),
];

const check = (value: string): string => `glibc.malloc.check=${value}`;
const tunables = [
  "",
  ":",
  "::",
  "=",
  "a",
  "a=",
  "=a",
  "a=b",
  "a=b:",
  "glibc",
  "glibc.malloc.check",
  ...["", "3", "4", "-1", "0x3", "03", "08", "0x", "99999999999999999999", "3x", " 3", "+3"].map(
    check,
  ),
  ...["3 ", "3=4", "2:", "3:glibc.malloc.check=0", "3;glibc.malloc.perturb=1"].map(check),
  ` ${check("3")}`,
  ...["255", "256", "-1", "4294967295"].map((value) => `glibc.malloc.perturb=${value}`),
  ...[
    "18446744073709551615",
    "18446744073709551616",
    "0xffffffffffffffff",
    "-1",
    "0",
    "01777777777777777777777",
  ].map((value) => `glibc.malloc.mmap_threshold=${value}`),
  "glibc.malloc.top_pad=4294967296",
  "glibc.malloc.arena_max=0",
  "glibc.malloc.mxfast=161",
  "glibc.malloc.tcache_count=65536",
  "glibc.malloc.hugetlb=3",
  ...["0", "1", "16", "17"].map((value) => `glibc.rtld.nns=${value}`),
  "glibc.rtld.nns=4:glibc.rtld.nns=99:glibc.rtld.nns=5",
  ...["0", "0x4000"].map((value) => `glibc.rtld.optional_static_tls=${value}`),
  ...["0", "1", "2", "3"].map((value) => `glibc.rtld.dynamic_sort=${value}`),
  ...["255", "256"].map((value) => `glibc.mem.tagging=${value}`),
  ...["0", "2"].map((value) => `glibc.pthread.rseq=${value}`),
  ...["", "-AVX2", "-AVX2,,-X", ",", "x".repeat(5000)].map((value) => `glibc.cpu.hwcaps=${value}`),
  ...["on", ""].map((value) => `glibc.cpu.x86_ibt=${value}`),
  ...["0x10000", "-1"].map((value) => `glibc.cpu.x86_data_cache_size=${value}`),
  ...["1", "0x4040"].map((value) => `glibc.cpu.x86_non_temporal_threshold=${value}`),
  ...["1", "0x100"].map((value) => `glibc.cpu.x86_rep_movsb_threshold=${value}`),
  "GLIBC.malloc.check=3",
  "glibc.malloc.checkx=3",
  "glibc.malloc.chec=3",
  "x".repeat(70_000),
  `${check("3")}:`.repeat(3000),
  `a=b=c:${check("3")}`,
  `a:${check("3")}`,
  `glibc.malloc.perturb=1:a:${check("3")}`,
  `:${check("3")}`,
  `glibc.malloc.perturb=2::${check("3")}`,
  `glibc.malloc.perturb=2=:${check("3")}`,
];

const tuned: readonly OddStart[] = [
  ...tunables.flatMap((text) => [
    { arguments: ["--list-tunables"], environment: { GLIBC_TUNABLES: text } },
    { arguments: run, environment: { GLIBC_TUNABLES: text } },
  ]),
  ...[
    { GLIBC_TUNABLES: check("1"), MALLOC_CHECK_: "2" },
    { MALLOC_CHECK_: "2" },
    { MALLOC_CHECK_: "x" },
    { MALLOC_TOP_PAD_: "-1", MALLOC_PERTURB_: "300" },
    { LD_HWCAP_MASK: "7" },
  ].map((environment) => ({ arguments: ["--list-tunables"], environment })),
];

/** All of them, by what is odd. */
export const oddStarts: Readonly<Record<string, readonly OddStart[]>> = {
  programs,
  options,
  searches,
  environments,
  tunables: tuned,
};
