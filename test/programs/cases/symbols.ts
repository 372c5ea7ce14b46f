/** Cases about finding and binding symbols: versions, hash tables, binding kinds, relocations. */
import type { Target } from "../../harness/build.ts";
import type { ProgramCase } from "../case.ts";

const library = (output: string, source: string, flags: readonly string[] = []): Target => ({
  output,
  sources: [source],
  flags,
});

const versionTargets: readonly Target[] = [
  library("old/libversions.so", "versions/old.c", ["-Wl,--version-script=$src/versions/old.map"]),
  { ...library("libuser.so", "versions/user.c"), needs: ["old/libversions.so"] },
  library("libversions.so", "versions/new.c", ["-Wl,--version-script=$src/versions/new.map"]),
  library("bare/libversions.so", "versions/unversioned.c"),
  { output: "main", sources: ["versions/main.c"], needs: ["libversions.so", "libuser.so"] },
  { output: "small", sources: ["versions/small.c"], needs: ["libversions.so"] },
];

const versions: ProgramCase = {
  name: "versions",
  targets: versionTargets,
  invocations: [
    { expect: { stdout: "all holds" } },
    {
      label: "wrong version",
      program: "small",
      environment: { LD_LIBRARY_PATH: "$out/old" },
      expect: { status: 1, stderr: "version `V3' not found (required by " },
    },
    {
      label: "no versions at all",
      program: "small",
      environment: { LD_LIBRARY_PATH: "$out/bare" },
      expect: { stdout: "answer 9", stderr: "no version information available" },
    },
  ],
};

const hash: ProgramCase = {
  name: "hash tables",
  targets: [
    library("libgnu.so", "hash/many.c", ["-Wl,--hash-style=gnu"]),
    library("libsysv.so", "hash/many.c", ["-Wl,--hash-style=sysv"]),
    library("libboth.so", "hash/many.c", ["-Wl,--hash-style=both"]),
    { output: "main", sources: ["hash/main.c"] },
    { output: "sysv", sources: ["hash/main.c"], flags: ["-Wl,--hash-style=sysv"] },
  ],
  invocations: [{ label: "gnu program" }, { label: "sysv program", program: "sysv" }],
};

const unique: ProgramCase = {
  name: "STB_GNU_UNIQUE",
  targets: [
    library("libone.so", "unique/counter.cc"),
    library("libtwo.so", "unique/counter.cc"),
    { output: "main", sources: ["unique/main.c"] },
  ],
};

const weak: ProgramCase = {
  name: "weak symbols",
  targets: [
    library("libfirst.so", "weak/first.c"),
    library("libsecond.so", "weak/second.c"),
    { output: "main", sources: ["weak/main.c"], needs: ["libfirst.so", "libsecond.so"] },
    {
      output: "fixed",
      sources: ["weak/main.c"],
      needs: ["libfirst.so", "libsecond.so"],
      flags: ["-no-pie"],
    },
  ],
  invocations: [
    { expect: { stdout: "weak of first" } },
    {
      label: "LD_DYNAMIC_WEAK",
      environment: { LD_DYNAMIC_WEAK: "1" },
      expect: { stdout: "strong of second" },
    },
    { label: "not PIE", program: "fixed" },
  ],
};

const visibility: ProgramCase = {
  name: "protected and DT_SYMBOLIC",
  targets: [
    library("libplain.so", "visibility/library.c"),
    library("libsymbolic.so", "visibility/library.c", ["-Wl,-Bsymbolic"]),
    library("libfunctions.so", "visibility/library.c", ["-Wl,-Bsymbolic-functions"]),
    ...["plain", "symbolic", "functions"].map((name) => ({
      output: name,
      sources: ["visibility/main.c"],
      flags: [`-DLIBRARY="lib${name}.so"`, "-rdynamic"],
      needs: [`lib${name}.so`],
    })),
  ],
  invocations: [
    { program: "plain", expect: { stdout: "sum 117 data 7" } },
    { label: "-Bsymbolic", program: "symbolic", expect: { stdout: "sum 111 data 1" } },
    { label: "-Bsymbolic-functions", program: "functions", expect: { stdout: "sum 111 data 7" } },
  ],
};

const ifunc: ProgramCase = {
  name: "IFUNC",
  targets: [
    library("liblibrary.so", "ifunc/library.c"),
    { output: "main", sources: ["ifunc/main.c"], needs: ["liblibrary.so"], flags: ["-lm"] },
    {
      output: "fixed",
      sources: ["ifunc/main.c"],
      needs: ["liblibrary.so"],
      flags: ["-lm", "-no-pie"],
    },
  ],
  invocations: [{}, { label: "not PIE", program: "fixed" }],
};

const copy: ProgramCase = {
  name: "COPY relocations",
  targets: [
    library("liblibrary.so", "copy/library.c"),
    {
      output: "main",
      sources: ["copy/main.c"],
      needs: ["liblibrary.so"],
      flags: ["-no-pie", "-fno-pic", "-mno-direct-extern-access"].slice(0, 2),
    },
  ],
};

const copySize: ProgramCase = {
  name: "COPY relocation of another size",
  targets: [
    library("liblibrary.so", "copy-size/small.c"),
    library("large/liblibrary.so", "copy-size/large.c"),
    {
      output: "main",
      sources: ["copy-size/main.c"],
      needs: ["liblibrary.so"],
      flags: ["-no-pie", "-fno-pic"],
    },
  ],
  invocations: [
    { expect: { stdout: "1 2" } },
    {
      label: "larger",
      environment: { LD_LIBRARY_PATH: "$out/large" },
      expect: {
        stdout: "11 12",
        stderr: "has different size in shared object, consider re-linking",
      },
    },
  ],
};

const textFlags = ["-fno-pic", "-fno-plt", "-Wl,-z,notext", "-Wl,--no-warnings"];
const textrel = (arch: "i386" | "x86_64"): ProgramCase => ({
  name: "DT_TEXTREL",
  arches: [arch],
  targets: [
    library("liblibrary.so", "textrel/library.c", [
      ...(arch === "i386" ? textFlags : [...textFlags, "-mcmodel=large"]),
      `-DWORD_SIZE="${arch === "i386" ? 4 : 8}"`,
      `-DWORD="${arch === "i386" ? ".long" : ".quad"}"`,
    ]),
    { output: "main", sources: ["textrel/main.c"], needs: ["liblibrary.so"] },
  ],
});

const relr: ProgramCase = {
  name: "DT_RELR",
  glibc: { from: "2.36" },
  targets: [
    library("liblibrary.so", "relr/library.c", ["-Wl,-z,pack-relative-relocs"]),
    {
      output: "main",
      sources: ["relr/main.c"],
      needs: ["liblibrary.so"],
      flags: ["-pie", "-fPIE", "-Wl,-z,pack-relative-relocs"],
    },
  ],
};

const interpose: ProgramCase = {
  name: "interposition",
  targets: [
    library("liblibrary.so", "interpose/library.c"),
    library("libpreload.so", "interpose/preload.c"),
    library("libsecond.so", "interpose/preload.c", ["-DSECOND"]),
    { output: "main", sources: ["interpose/main.c"], needs: ["liblibrary.so"] },
  ],
  invocations: [
    { expect: { stdout: "library" } },
    {
      label: "LD_PRELOAD",
      environment: { LD_PRELOAD: "$out/libpreload.so" },
      expect: { stdout: "preload before library" },
    },
    {
      label: "two preloads",
      environment: { LD_PRELOAD: "$out/libpreload.so $out/libsecond.so" },
      expect: { stdout: "preload before preload before library" },
    },
    { label: "colons", environment: { LD_PRELOAD: ":$out/libsecond.so::$out/libpreload.so:" } },
    {
      label: "by name",
      environment: { LD_PRELOAD: "libpreload.so", LD_LIBRARY_PATH: "$out" },
      expect: { stdout: "preload before library" },
    },
    {
      label: "missing preload",
      environment: { LD_PRELOAD: "/absent/library.so libabsent.so" },
      expect: { stderr: "cannot be preloaded" },
    },
    {
      label: "--preload",
      options: ["--preload", "$out/libpreload.so"],
      expect: { stdout: "preload before library" },
    },
    {
      label: "--preload and LD_PRELOAD",
      options: ["--preload", "$out/libpreload.so"],
      environment: { LD_PRELOAD: "$out/libsecond.so" },
    },
  ],
};

export const symbolCases: readonly ProgramCase[] = [
  ...[
    versions,
    hash,
    unique,
    weak,
    visibility,
    ifunc,
    copy,
    copySize,
    textrel("i386"),
    textrel("x86_64"),
  ],
  ...[relr, interpose],
];
