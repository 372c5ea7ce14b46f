/** Cases about finding and mapping files: search paths, segments, protections, the linker's own options. */
import type { Target } from "../../harness/build.ts";
import type { Invocation, ProgramCase } from "../case.ts";

const inner = (folder: string, where: string): Target => ({
  output: `${folder}libinner.so`,
  sources: ["paths/library.c"],
  flags: ["-DJOINED=inner", `-DWHERE="${where}"`],
});
const outer = (folder: string, ...flags: readonly string[]): Target => ({
  output: `${folder}libouter.so`,
  sources: ["paths/outer.c"],
  flags,
  runpath: false,
  needs: ["a/libinner.so"],
});
const program = (output: string, folder: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["paths/main.c"],
  flags: [...flags, "-Wl,--allow-shlib-undefined"],
  runpath: false,
  needs: [`${folder}libouter.so`],
});
const rpath = (path: string): readonly string[] => [
  `-Wl,-rpath,${path}`,
  "-Wl,--disable-new-dtags",
];
const runpath = (path: string): readonly string[] => [
  `-Wl,-rpath,${path}`,
  "-Wl,--enable-new-dtags",
];

const copies = [
  "a",
  "b",
  "c",
  "lib/x86_64-linux-gnu",
  "lib/i386-linux-gnu",
  "haswell",
  "x86_64",
  "i686",
];

const missingInner: Invocation["expect"] = {
  status: 127,
  stderr: "libinner.so: cannot open shared object file: No such file or directory",
};

const paths: ProgramCase = {
  name: "search paths",
  targets: [
    ...copies.map((folder) => inner(`${folder}/`, folder)),
    inner("a/glibc-hwcaps/x86-64-v2/", "hwcaps v2 of a"),
    inner("a/glibc-hwcaps/x86-64-v3/", "hwcaps v3 of a"),
    outer("outer/"),
    outer("outer-run/", ...runpath("$ORIGIN/../b")),
    outer("outer-rpath/", ...rpath("$ORIGIN/../c")),
    program("no-path", "outer/", ...runpath("$ORIGIN/outer")),
    program("rpath", "outer/", ...rpath("$ORIGIN/outer:$ORIGIN/b")),
    program("runpath", "outer/", ...runpath("$ORIGIN/outer:$ORIGIN/b")),
    program("rpath-over-runpath", "outer-run/", ...rpath("$ORIGIN/outer-run:$ORIGIN/c")),
    program("both-rpath", "outer-rpath/", ...rpath("$ORIGIN/outer-rpath:$ORIGIN/b")),
    program("by-lib", "outer/", ...rpath("$ORIGIN/outer:$ORIGIN/$LIB")),
    program("by-platform", "outer/", ...rpath("$ORIGIN/outer:${ORIGIN}/${PLATFORM}")),
    program("odd", "outer/", ...rpath("$ORIGIN/outer:/absent::$ORIGINAL/b:$NOTHING/b:$ORIGIN/c/")),
    { output: "opens", sources: ["paths/opens.c"], flags: runpath("$ORIGIN/b"), runpath: false },
  ],
  invocations: [
    { label: "found nowhere", program: "no-path", expect: missingInner },
    { label: "RPATH is inherited", program: "rpath", expect: { stdout: "b\n" } },
    { label: "RUNPATH is not", program: "runpath", expect: missingInner },
    {
      label: "RUNPATH of the library hides RPATH of the program",
      program: "rpath-over-runpath",
      expect: { stdout: "b\n" },
    },
    { label: "RPATH of the library comes first", program: "both-rpath", expect: { stdout: "c\n" } },
    { label: "$LIB", program: "by-lib", expect: { stdout: "lib/" } },
    { label: "$PLATFORM", program: "by-platform" },
    { label: "odd elements", program: "odd" },
    {
      label: "LD_LIBRARY_PATH before RUNPATH",
      program: "rpath-over-runpath",
      environment: { LD_LIBRARY_PATH: "$out/c" },
      expect: { stdout: "c\n" },
    },
    {
      label: "RPATH before LD_LIBRARY_PATH",
      program: "rpath",
      environment: { LD_LIBRARY_PATH: "$out/c" },
      expect: { stdout: "b\n" },
    },
    {
      label: "odd LD_LIBRARY_PATH",
      program: "no-path",
      environment: { LD_LIBRARY_PATH: "/absent;/etc/passwd::$out/c/" },
    },
    {
      label: "hwcaps folders",
      program: "no-path",
      environment: { LD_LIBRARY_PATH: "$out/a" },
    },
    {
      label: "--glibc-hwcaps-mask",
      glibc: { from: "2.33" },
      program: "no-path",
      options: ["--glibc-hwcaps-mask", "x86-64-v2"],
      environment: { LD_LIBRARY_PATH: "$out/a" },
    },
    { label: "--inhibit-rpath", program: "rpath", options: ["--inhibit-rpath", "$out/rpath"] },
    {
      label: "dlopen by name, by path, with $ORIGIN",
      program: "opens",
      arguments: [
        "libinner.so",
        "$out/c/libinner.so",
        "$ORIGIN/a/libinner.so",
        "${ORIGIN}/x86_64/libinner.so",
        "a/libinner.so",
        "./absent/libinner.so",
      ],
    },
    {
      label: "dlopen with LD_LIBRARY_PATH",
      program: "opens",
      environment: { LD_LIBRARY_PATH: "$out/c" },
      arguments: ["libinner.so"],
      expect: { stdout: "libinner.so: c" },
    },
  ],
};

const options: ProgramCase = {
  name: "options of the linker",
  targets: [{ output: "main", sources: ["process/argv0.c"] }],
  invocations: [
    {
      label: "--argv0",
      glibc: { from: "2.33" },
      options: ["--argv0", "another name"],
      expect: { stdout: "another name of 1" },
    },
    {
      label: "arguments",
      options: ["--inhibit-cache"],
      arguments: ["--list", "-x"],
      expect: { stdout: " of 3" },
    },
    {
      label: "--verify",
      glibc: { from: "2.33" }, // before, Debian's own prints a number that its ldd asks for
      options: ["--verify"],
    },
    {
      label: "--list",
      options: ["--list", "--inhibit-cache"],
      expect: { stdout: "libc.so.6 => /" },
    },
    {
      label: "LD_TRACE_LOADED_OBJECTS",
      environment: { LD_TRACE_LOADED_OBJECTS: "1" },
      expect: { stdout: "libc.so.6 => /" },
    },
    {
      label: "unknown option",
      glibc: { from: "2.33" }, // earlier ones take it for the program's name
      options: ["--no-such-option"],
      expect: { status: 1, stderr: "unrecognized option" },
    },
    {
      label: "option without its value",
      glibc: { from: "2.33" },
      options: ["--library-path"],
      expect: { status: 1, stderr: "missing program name" },
    },
    {
      label: "--list-tunables",
      glibc: { from: "2.33" },
      options: ["--list-tunables"],
      expect: { stdout: "glibc.malloc.arena_max" },
    },
  ],
};

const layouts: readonly (readonly [string, readonly string[]])[] = [
  ["plain", []],
  ["fixed", ["-no-pie", "-fno-pic"]],
  ["joined", ["-Wl,-z,noseparate-code"]],
  ["large-pages", ["-Wl,-z,max-page-size=0x200000"]],
  ["no-relro", ["-Wl,-z,norelro"]],
  ["now", ["-Wl,-z,now"]],
  ["placed", ["-no-pie", "-fno-pic", "-Wl,-Ttext-segment=0x20000000"]],
];

const segments: ProgramCase = {
  name: "segments",
  targets: layouts.flatMap(([name, flags]): Target[] => [
    {
      output: `lib${name}.so`,
      sources: ["segments/library.c"],
      flags: flags.filter((flag) => /relro|now|separate|page/.test(flag)),
    },
    { output: name, sources: ["segments/main.c"], flags, needs: [`lib${name}.so`] },
  ]),
  invocations: layouts.map(([name]) => ({ label: name, program: name })),
};

/** A segment above or below all others, with nothing between. */
const far: ProgramCase = {
  name: "segments far apart",
  targets: ["0x30000000", "0x18000000"].map((address, i) => ({
    output: `far${i}`,
    sources: ["segments/far.c"],
    flags: [
      "-no-pie",
      "-fno-pic",
      `-Wl,--section-start=.far=${address}`,
      ...(i === 1 ? ["-Wl,-Ttext-segment=0x40000000"] : []),
    ],
  })),
  invocations: [0, 1].map((i) => ({
    label: ["above", "below"][i] ?? "",
    program: `far${i}`,
    expect: { stdout: "42, between free" },
  })),
};

const relro: ProgramCase = {
  name: "relro",
  targets: [
    { output: "main", sources: ["memory/relro.c"], flags: ["-pie", "-fPIE", "-Wl,-z,now"] },
    { output: "partial", sources: ["memory/relro.c"], flags: ["-pie", "-fPIE", "-Wl,-z,lazy"] },
  ],
  invocations: [{ label: "full" }, { label: "partial", program: "partial" }],
};

const stack: ProgramCase = {
  name: "executable stack",
  targets: [
    { output: "libexecstack.so", sources: ["memory/empty.c"], flags: ["-Wl,-z,execstack"] },
    { output: "main", sources: ["memory/stack.c"] },
    { output: "wants", sources: ["memory/stack.c"], flags: ["-Wl,-z,execstack"] },
    { output: "linked", sources: ["memory/stack.c"], needs: ["libexecstack.so"] },
  ],
  invocations: [
    {
      label: "opened library",
      expect: {
        glibc: { to: "2.40" }, // later ones refuse such a library
        stdout: /start 0, thread 0\nopened\nnow 1, thread 1/,
      },
    },
    { label: "program", program: "wants", expect: { stdout: "start 1, thread 1" } },
    { label: "needed library", program: "linked" },
  ],
};

const filtee = (output: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["filter/filtee.c"],
  flags: [`-DNAME="${output}"`, ...flags],
});
const filtered = (output: string, ...needs: readonly string[]): Target => ({
  output,
  sources: ["filter/main.c"],
  needs,
  flags: ["-Wl,--no-as-needed"],
});

const filters: ProgramCase = {
  name: "filters",
  targets: [
    filtee("libone.so"),
    filtee("libtwo.so"),
    filtee("libfilter.so", "-Wl,-F,libone.so"),
    filtee("libauxiliary.so", "-Wl,-f,libabsent.so", "-Wl,-f,libtwo.so", "-Wl,-f,libone.so"),
    filtee("libchain.so", "-Wl,-F,libfilter.so"),
    filtee("libwithout.so", "-Wl,-f,libabsent.so"),
    filtee("libbroken.so", "-Wl,-F,libabsent.so"),
    filtered("filter", "libfilter.so"),
    filtered("auxiliary", "libauxiliary.so"),
    filtered("chain", "libchain.so", "libone.so"),
    filtered("late", "libfilter.so", "libtwo.so", "libone.so"),
    filtered("early", "libone.so", "libtwo.so", "libauxiliary.so"),
    filtered("without", "libwithout.so"),
    filtered("broken", "libbroken.so"),
    filtered("main"),
  ],
  invocations: [
    ...["filter", "auxiliary", "chain", "late", "early", "without"].map(
      (name): Invocation => ({
        label: name,
        program: name,
        expect: { stdout: name === "without" ? "\nlibwithout.so\n" : /\nlib(one|two)\.so\n/ },
      }),
    ),
    {
      label: "filtee missing",
      program: "broken",
      expect: { status: 127, stderr: "libabsent.so: cannot open shared object file" },
    },
    ...["filter", "auxiliary", "chain"].map(
      (name): Invocation => ({
        label: `opened ${name}`,
        arguments: [`$out/lib${name}.so`],
        glibc: { from: "2.35" }, // earlier ones end with "Inconsistency detected by ld.so"
      }),
    ),
    {
      label: "opened, filtee missing",
      arguments: ["$out/libbroken.so"],
      expect: { status: 1, stdout: "libabsent.so: cannot open shared object file" },
    },
  ],
};

export const loadingCases: readonly ProgramCase[] = [
  ...[paths, options, segments, far, relro, stack, filters],
];
