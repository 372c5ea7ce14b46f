/** Cases about dlopen and its family. */
import type { Target } from "../../harness/build.ts";
import type { ProgramCase } from "../case.ts";
import { moduleTargets } from "./tls.ts";

const named = (output: string, name: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["dl/library.c"],
  flags: [`-DNAME="${name}"`, ...flags],
});
const user = (output: string): Target => ({ output, sources: ["dl/user.c"] });
const main = (source: string, ...flags: readonly string[]): Target => ({
  output: "main",
  sources: [source],
  flags,
});

const flags: ProgramCase = {
  name: "dlopen flags",
  targets: [
    named("libone.so", "one"),
    named("libtwo.so", "two"),
    named("libnodelete.so", "nodelete", "-Wl,-z,nodelete"),
    named("libnoopen.so", "noopen", "-Wl,-z,nodlopen"),
    user("libuser.so"),
    main("dl/flags.c", "-rdynamic"),
  ],
  invocations: [{ expect: { stdout: "all holds" } }],
};

const errors: ProgramCase = {
  name: "dlerror texts",
  targets: [
    named("libone.so", "one"),
    { output: "libundefined.so", sources: ["dl/undefined.c"] },
    { output: "full/libabsentdependency.so", sources: ["dl/library.c"], flags: ['-DNAME="x"'] },
    { output: "libneedsabsent.so", sources: ["dl/user.c"], needs: ["full/libabsentdependency.so"] },
    { output: "folder/libx.so", sources: ["dl/user.c"] },
    {
      output: "full/libversions.so",
      sources: ["versions/new.c"],
      flags: ["-Wl,--version-script=$src/versions/new.map"],
    },
    {
      output: "libversions.so",
      sources: ["versions/old.c"],
      flags: ["-Wl,--version-script=$src/versions/old.map"],
    },
    { output: "libneedsversion.so", sources: ["versions/user.c"], needs: ["full/libversions.so"] },
    main("dl/errors.c"),
  ],
  invocations: [{ arguments: ["$out"], expect: { stdout: "invalid ELF header" } }],
};

const next: ProgramCase = {
  name: "RTLD_NEXT and RTLD_DEFAULT",
  targets: [
    { output: "libsecond.so", sources: ["dl/next.c"], flags: ['-DNAME="second"'] },
    {
      output: "libfirst.so",
      sources: ["dl/next.c"],
      flags: ['-DNAME="first"'],
      needs: ["libsecond.so"],
    },
    { output: "libbelow.so", sources: ["dl/next.c"], flags: ['-DNAME="below"'] },
    {
      output: "libopened.so",
      sources: ["dl/next.c"],
      flags: ['-DNAME="opened"'],
      needs: ["libbelow.so"],
    },
    { output: "main", sources: ["dl/next-main.c"], needs: ["libfirst.so", "libsecond.so"] },
  ],
  invocations: [{ expect: { stdout: "first second ." } }],
};

const deepbind: ProgramCase = {
  name: "RTLD_DEEPBIND",
  targets: [
    named("libone.so", "one"),
    ...["libplain.so", "libdeep.so", "libdeepnow.so"].map((output) => ({
      ...user(output),
      needs: ["libone.so"],
    })),
    main("dl/deepbind.c", "-rdynamic"),
  ],
  invocations: [{ expect: { stdout: /libplain.so asks: program[\s\S]*libdeep.so asks: one/ } }],
};

const info: ProgramCase = {
  name: "dlinfo",
  targets: [
    {
      output: "liblibrary.so",
      sources: ["dl/info-library.c"],
      flags: ["-Wl,-rpath,$ORIGIN/sub:/usr/lib/wine-ld-absent"],
    },
    main("dl/info.c"),
  ],
};

const addr: ProgramCase = {
  name: "dladdr",
  targets: [
    named("libone.so", "one"),
    { output: "main", sources: ["dl/addr.c"], flags: ["-rdynamic"], needs: ["libone.so"] },
    {
      output: "sysv",
      sources: ["dl/addr.c"],
      flags: ["-rdynamic", "-Wl,--hash-style=sysv"],
      needs: ["libone.so"],
    },
  ],
  invocations: [{}, { label: "sysv hash", program: "sysv" }],
};

const iterate: ProgramCase = {
  name: "dl_iterate_phdr",
  targets: [{ output: "liblibrary.so", sources: ["dl/info-library.c"] }, main("dl/iterate.c")],
};

const findObject: ProgramCase = {
  name: "_dl_find_object",
  glibc: { from: "2.35" },
  targets: [
    ...Array.from({ length: 8 }, (_, number) => ({
      output: `libpart${number}.so`,
      sources: ["tls-many/module.c"],
      flags: [`-DNUMBER=${number}`],
    })),
    main("dl/find-object.c"),
  ],
};

const manyObjects: ProgramCase = {
  name: "many libraries",
  targets: [...moduleTargets, main("dl/objects-many.c")],
};

const threads: ProgramCase = {
  name: "dlopen in threads",
  targets: [...moduleTargets, main("dl/threads.c")],
};

const identity: ProgramCase = {
  name: "identity of files",
  targets: [
    named("libone.so", "one"),
    { ...named("libother.so", "other"), soname: "libsoname.so.1" },
    named("sub/libone.so", "another one"),
    main("dl/identity.c"),
  ],
  invocations: [{ arguments: ["$out"] }],
};

const lazyError: ProgramCase = {
  name: "undefined function",
  targets: [
    { output: "libundefined.so", sources: ["dl/undefined.c"] },
    {
      output: "main",
      sources: ["dl/lazy-error.c"],
      needs: ["libundefined.so"],
      flags: ["-Wl,--allow-shlib-undefined", "-Wl,-z,lazy"],
    },
  ],
  invocations: [
    { label: "not called", bindings: ["lazy"], expect: { stdout: "started" } },
    {
      label: "bound at start",
      bindings: ["now"],
      expect: { status: 127, stderr: "undefined symbol: nobody_has_this" },
    },
    {
      label: "called",
      bindings: ["lazy"],
      arguments: ["call"],
      expect: { status: 127, stdout: "started", stderr: "symbol lookup error" },
    },
  ],
};

const closeOrder: ProgramCase = {
  name: "dlclose in any order",
  targets: [
    named("libbase.so", "base"),
    { ...named("libleft.so", "left"), needs: ["libbase.so"] },
    { ...named("libright.so", "right"), needs: ["libbase.so"] },
    main("dl/close-order.c"),
  ],
};

const debug: ProgramCase = {
  name: "_r_debug",
  glibc: { from: "2.35" }, // before, ld.so goes on in the program's copy, and leaves the published record as it was
  targets: [
    { output: "liblibrary.so", sources: ["dl/info-library.c"] },
    main("dl/debug.c"),
    { output: "fixed", sources: ["dl/debug.c"], flags: ["-no-pie"] },
  ],
  invocations: [{}, { label: "not PIE", program: "fixed" }],
};

const cxxLibraries: readonly Target[] = [
  { output: "libthrow.so", sources: ["cxx/throw.cc"] },
  { output: "libmiddle.so", sources: ["cxx/middle.cc"], needs: ["libthrow.so"] },
];

const exceptions: ProgramCase = {
  name: "C++ exceptions",
  glibc: { from: "2.36" }, // the compiler's headers do not fit an older release's libstdc++
  targets: [
    ...cxxLibraries,
    { output: "main", sources: ["cxx/main.cc"], needs: ["libmiddle.so"] },
    { output: "opened", sources: ["cxx/main.cc"], flags: ["-DOPENED"] },
    { output: "uncaught", sources: ["cxx/uncaught.cc"], needs: ["libmiddle.so"] },
  ],
  invocations: [
    { label: "needed", expect: { stdout: "kept kind 0" } },
    { label: "opened", program: "opened", expect: { stdout: "kept kind 0" } },
    { label: "uncaught", program: "uncaught", expect: { signal: "SIGABRT", stderr: "kind 0" } },
  ],
};

const cxxRuntime: ProgramCase = {
  name: "C++ run time",
  glibc: { from: "2.36" },
  targets: [
    { output: "libshapes.so", sources: ["cxx/shapes.cc"] },
    { output: "main", sources: ["cxx/rtti.cc"], needs: ["libshapes.so"] },
    { output: "cancel", sources: ["cxx/cancel.cc"] },
  ],
  invocations: [{ label: "types and streams" }, { label: "pthread_exit", program: "cancel" }],
};

const closeRace: ProgramCase = {
  name: "binding to a library that is being closed",
  targets: [
    { output: "libuser.so", sources: ["dl/close-race-user.c"] },
    { output: "libplain.so", sources: ["dl/close-race-provider.c"], needs: ["libuser.so"] },
    ...["first", "second"].map((name, index) => ({
      output: `lib${name}.so`,
      sources: ["dl/close-race-provider.c"],
      flags: [`-DANSWER=${index + 1}`],
      needs: ["libuser.so"],
    })),
    main("dl/close-race.c"),
  ],
  invocations: [{ bindings: ["lazy"], expect: { stdout: "all holds" } }],
};

const manyScopes: ProgramCase = {
  name: "a library in many scopes",
  targets: [
    { output: "libbase.so", sources: ["dl/scopes-many-base.c"] },
    { output: "libuser.so", sources: ["dl/scopes-many-user.c"], needs: ["libbase.so"], soname: "" },
    {
      output: "liblast.so",
      sources: ["dl/scopes-many-user.c"],
      needs: ["libbase.so"],
      flags: ["-DLAST"],
    },
    main("dl/scopes-many.c"),
  ],
  invocations: [{ arguments: ["$out"], expect: { stdout: "all holds" } }],
};

const globalMemory: ProgramCase = {
  name: "memory of RTLD_GLOBAL",
  targets: [
    named("libone.so", "one"),
    named("libtwo.so", "two"),
    main("dl/global-memory.c", "-rdynamic"),
  ],
  invocations: [{ expect: { stdout: "all holds" } }],
};

export const dlCases: readonly ProgramCase[] = [
  ...[
    flags,
    errors,
    next,
    deepbind,
    info,
    addr,
    iterate,
    findObject,
    manyObjects,
    threads,
    identity,
  ],
  ...[lazyError, closeOrder, debug, exceptions, cxxRuntime, closeRace, manyScopes, globalMemory],
];
