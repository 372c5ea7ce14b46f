/** Cases about the process as a whole: registers, memory, auxiliary vector, threads, tunables. */
import type { Arch } from "../../harness/elf.ts";
import type { ProgramCase } from "../case.ts";
import { moduleTargets } from "./tls.ts";

const alone = (name: string, source: string): ProgramCase => ({
  name,
  targets: [{ output: "main", sources: [source] }],
});

const systemCalls: ProgramCase = alone("system calls by number", "process/system-calls.c");

/** The calls that name memory are i386's. */
const memoryOfCalls: ProgramCase = {
  ...alone("system calls that name memory", "process/memory-of-calls.c"),
  arches: ["i386"],
};

/** What libc does for itself is seen at its entries. */
const writtenOver: ProgramCase = alone("functions that are written over", "process/written-over.c");

/** Before glibc 2.35 libc asked the kernel whatever the flags were. */
const remapFlags: ProgramCase = {
  ...alone("unknown flags of mremap", "process/remap-flags.c"),
  glibc: { from: "2.35" },
};

const registers = (arch: Arch): ProgramCase => ({
  name: "registers on first calls",
  arches: [arch],
  targets: [
    {
      output: "libprobe.so",
      sources: [`lazy/library-${arch}.S`],
      flags: ["-Wl,--unresolved-symbols=ignore-all"],
    },
    {
      output: "main",
      sources: ["lazy/main.c", `lazy/caller-${arch}.S`],
      needs: ["libprobe.so"],
      flags: ["-rdynamic", "-Wl,-z,lazy"],
    },
  ],
});

const calls: ProgramCase = {
  name: "first calls",
  targets: [
    { output: "libvarargs.so", sources: ["lazy/varargs.c"], flags: ["-Wl,-z,lazy"] },
    {
      output: "main",
      sources: ["lazy/varargs-main.c"],
      needs: ["libvarargs.so"],
      flags: ["-Wl,-z,lazy"],
    },
    {
      output: "threads",
      sources: ["lazy/threads.c"],
      needs: ["libvarargs.so"],
      flags: ["-Wl,-z,lazy"],
    },
  ],
  invocations: [{ label: "kinds of arguments" }, { label: "many threads", program: "threads" }],
};

const malloc: ProgramCase = {
  name: "malloc interposition",
  targets: [
    { output: "libempty.so", sources: ["memory/empty.c"] },
    { output: "main", sources: ["memory/malloc.c"], flags: ["-fno-builtin", "-rdynamic"] },
    { output: "libmalloc.so", sources: ["memory/malloc-preload.c"], flags: ["-fno-builtin"] },
    { output: "user", sources: ["memory/malloc-user.c"], flags: ["-fno-builtin"] },
    {
      output: "first",
      sources: ["memory/malloc-first.c"],
      flags: ["-fno-builtin", "-rdynamic", "-pthread"],
    },
  ],
  invocations: [
    { label: "program" },
    { label: "preload", program: "user", environment: { LD_PRELOAD: "$out/libmalloc.so" } },
    { label: "before the second thread", program: "first", expect: { stdout: "all holds" } },
  ],
};

const auxv: ProgramCase = {
  ...alone("auxiliary vector and environment", "process/auxv.c"),
  invocations: [
    { arguments: ["one", "", "three"], environment: { ONE: "1", EMPTY: "", ODD: "a=b" } },
  ],
};

const tunables: ProgramCase = {
  ...alone("tunables", "process/tunables.c"),
  invocations: [
    { label: "defaults", expect: { stdout: "mapped blocks 1" } },
    ...[
      "glibc.malloc.perturb=90",
      "glibc.pthread.rseq=0",
      "glibc.malloc.mmap_threshold=1000000:glibc.malloc.perturb=0x33",
      "glibc.no.such=1:glibc.malloc.perturb=1",
      "malformed",
      "glibc.malloc.perturb=999999999999",
      "glibc.cpu.hwcaps=-AVX2,-AVX512F,-ERMS:glibc.cpu.x86_non_temporal_threshold=0x100000",
      "glibc.rtld.optional_static_tls=2048:glibc.rtld.nns=2",
    ].map((text) => ({ label: text, environment: { GLIBC_TUNABLES: text } })),
    { label: "MALLOC_PERTURB_", environment: { MALLOC_PERTURB_: "17" } },
    {
      label: "--list-tunables with values",
      glibc: { from: "2.33" },
      options: ["--list-tunables"],
      environment: { GLIBC_TUNABLES: "glibc.malloc.perturb=90:glibc.rtld.nns=3" },
    },
  ],
};

const exit: ProgramCase = {
  ...alone("ways to end", "process/exit.c"),
  invocations: [
    { label: "status", arguments: ["status"], expect: { status: 57 } },
    { label: "abort", arguments: ["abort"], expect: { signal: "SIGABRT" } },
    { label: "fault", arguments: ["fault"], expect: { signal: "SIGSEGV" } },
  ],
};

/** Programs that gdb.test.ts debugs. */
export const debuggedCase: ProgramCase = {
  name: "debugged",
  targets: [
    ...moduleTargets.slice(5, 6).map((target) => ({ ...target, output: "libopened.so" })),
    { output: "libneeded.so", sources: ["process/gdb-library.c"] },
    { output: "main", sources: ["process/gdb-main.c"], needs: ["libneeded.so"] },
  ],
};

export const mappingCase: ProgramCase = alone("maps memory", "process/maps.c");

const showAuxv: ProgramCase = {
  ...alone("LD_SHOW_AUXV", "process/show-auxv.c"),
  invocations: [
    {
      arguments: ["$linker"],
      bindings: ["lazy"],
      expect: { stdout: /AT_HWCAP: .*[\s\S]*AT_SECURE/ },
    },
  ],
};

/** From glibc 2.33 on a further C library leaves the break to the first. */
const furtherLibc: ProgramCase = {
  name: "a further C library comes and goes",
  glibc: { from: "2.33" },
  targets: [
    { output: "libuser.so", sources: ["process/further-libc-user.c"] },
    { output: "main", sources: ["process/further-libc.c"], needs: ["libuser.so"] },
  ],
  invocations: [{ arguments: ["$out/libuser.so"], expect: { stdout: "all holds" } }],
};

export const namespaceCase: ProgramCase = alone("a namespace", "process/namespace.c");

export const processCases: readonly ProgramCase[] = [
  ...[registers("x86_64"), registers("i386"), calls, malloc, auxv, tunables, exit, debuggedCase],
  ...[
    mappingCase,
    namespaceCase,
    furtherLibc,
    showAuxv,
    systemCalls,
    memoryOfCalls,
    remapFlags,
    writtenOver,
  ],
  alone("vdso", "process/vdso.c"),
  { ...alone("rseq", "process/rseq.c"), glibc: { from: "2.35" } },
  alone("threads and children", "process/threads.c"),
  alone("libraries that libc opens", "process/libc-opens.c"),
  alone("signals", "process/signals.c"),
];
