/** Cases about secure mode: programs with the set-user-id bit, started by a user with other plans. */
import type { Invocation, ProgramCase } from "../case.ts";

const user = 65534;
const setuid = { ways: ["interp"], setuidUser: user } as const;

/** Secure programs hear no LD_LIBRARY_PATH: only DT_RPATH leads to the libraries of another release. */
const rpath = {
  runpath: false,
  flags: ["-Wl,-rpath,$libraries", "-Wl,--disable-new-dtags"],
} as const;

const dangerous: Readonly<Record<string, string>> = {
  LD_PRELOAD: "$out/libchain.so",
  LD_LIBRARY_PATH: "$out",
  LD_AUDIT: "$out/libchain.so",
  LD_ORIGIN_PATH: "/tmp",
  LD_BIND_NOW: "1",
  LD_DEBUG: "all",
  LD_DEBUG_OUTPUT: "/tmp/wine-ld-secure",
  GLIBC_TUNABLES: "glibc.malloc.perturb=90",
  MALLOC_CHECK_: "3",
  TMPDIR: "/tmp",
  HOSTALIASES: "x",
  LOCALDOMAIN: "x",
  RES_OPTIONS: "x",
  GCONV_PATH: "x",
  GETCONF_DIR: "x",
  LOCPATH: "x",
  NLSPATH: "x",
  RESOLV_HOST_CONF: "x",
  TZDIR: "x",
  KEPT: "kept",
};

const secure: ProgramCase = {
  name: "secure mode",
  targets: [
    { output: "libone.so", sources: ["dl/library.c"], flags: ['-DNAME="one"'] },
    { output: "libchain.so", sources: ["dl/next.c"], flags: ['-DNAME="chain"'] },
    { output: "main", sources: ["process/secure.c"], ...rpath },
  ],
  invocations: [
    {
      ...setuid,
      environment: dangerous,
      expect: {
        stdout: /secure 1[\s\S]*LD_PRELOAD=\(gone\)[\s\S]*KEPT=kept\npreloaded 0\nnot found/,
      },
    },
  ],
};

/** DT_NEEDED with $ORIGIN, which a secure process must not follow. */
const secureToken: ProgramCase = {
  name: "secure mode, token in DT_NEEDED",
  targets: [
    {
      output: "libone.so",
      sources: ["dl/library.c"],
      flags: ['-DNAME="one"'],
      soname: "$ORIGIN/libone.so",
    },
    { output: "main", sources: ["process/exit.c"], needs: ["libone.so"] },
  ],
  invocations: [
    { label: "followed", arguments: ["status"], expect: { status: 57 } },
    {
      label: "refused",
      ...setuid,
      arguments: ["status"],
      expect: { status: 127, stderr: "DST not allowed in SUID/SGID programs" },
    },
  ],
};

/** What the program finds in the place of what it was started without. */
const files: ProgramCase = {
  name: "secure mode, closed descriptors",
  targets: [{ output: "main", sources: ["secure/files.c"], ...rpath }],
  invocations: [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]].map(
    (closed): Invocation => ({
      label: closed.join(", "),
      ...setuid,
      bindings: ["lazy"],
      closed,
      expect: { stdout: "next 3\n" },
    }),
  ),
};

/** Only set-user-id files of trusted folders are heard, by their plain names. */
const trusted: ProgramCase = {
  name: "secure mode, trusted libraries",
  glibc: { from: "2.36" }, // before, ld.so does not live through all of what an auditor does
  targets: [
    { output: "libsecure-auditor.so", sources: ["audit/auditor.c"], ...rpath },
    { output: "libsecure-chain.so", sources: ["dl/next.c"], flags: ['-DNAME="chain"'] },
    { output: "main", sources: ["process/secure.c"], ...rpath },
    {
      output: "audited",
      sources: ["process/secure.c"],
      ...rpath,
      flags: [
        ...rpath.flags,
        "-Wl,--audit=libsecure-auditor.so",
        "-Wl,--depaudit=$ORIGIN/libsecure-auditor.so",
      ],
    },
  ],
  invocations: [true, false].flatMap((marked): readonly Invocation[] => {
    const place = (name: string) => [{ path: `$out/${name}`, setuid: marked }];
    const mark = marked ? "set-user-id" : "plain";
    const asked = (label: string, name: string, environment: Record<string, string>) => ({
      label: `${label}, ${mark}`,
      ...setuid,
      trusted: place(name),
      environment,
    });
    const auditor = "libsecure-auditor.so";
    const chain = "libsecure-chain.so";
    return [
      {
        ...asked("auditor", auditor, { LD_AUDIT: auditor }),
        expect: { stdout: marked ? "audit: version" : /^secure 1/ },
      },
      asked("auditor with a path", auditor, { LD_AUDIT: `/usr/lib/${auditor}:$out/${auditor}` }),
      { ...asked("auditor of the program", auditor, {}), program: "audited" },
      {
        ...asked("preload", chain, { LD_PRELOAD: chain }),
        expect: { stdout: `preloaded ${marked ? 1 : 0}` },
      },
      asked("preload with a path", chain, { LD_PRELOAD: `/usr/lib/${chain}` }),
      asked("library path", chain, { LD_LIBRARY_PATH: "$out", LD_PRELOAD: chain }),
    ];
  }),
};

/** What the rest of ld.so(8) says of secure-execution mode. */
const heard: ProgramCase = {
  name: "secure mode, each variable",
  targets: [
    { output: "main", sources: ["process/secure.c"], ...rpath },
    { output: "libone.so", sources: ["dl/library.c"], flags: ['-DNAME="one"'] },
    { output: "origin", sources: ["process/exit.c"], needs: ["libone.so"] },
  ],
  invocations: [
    ...(
      [
        ["LD_SHOW_AUXV", "1"],
        ["LD_DEBUG", "all"],
        ["LD_PROFILE_OUTPUT", "/tmp"],
        ["LD_DYNAMIC_WEAK", "1"],
        ["LD_BIND_NOT", "1"],
        ["LD_HWCAP_MASK", "0"],
        ["LD_VERBOSE", "1"],
        ["LD_WARN", "1"],
        ["LD_USE_LOAD_BIAS", "1"],
        ["MALLOC_ARENA_MAX", "1"],
        ["MALLOC_TRACE", "/tmp/trace"],
        ["MALLOC_PERTURB_", "1"],
        ["GLIBC_TUNABLES", "glibc.malloc.check=3:glibc.malloc.perturb=90:glibc.rtld.nns=3"],
        ["GLIBC_TUNABLES", "malformed"],
        ["NIS_PATH", "x"],
      ] as const
    ).map(
      ([name, value]): Invocation => ({
        label: `${name}=${value}`,
        ...setuid,
        bindings: ["lazy"],
        environment: { [name]: value },
        expect: { stdout: "secure 1" },
      }),
    ),
    {
      label: "LD_ASSUME_KERNEL=2.4.1",
      ...setuid,
      glibc: { from: "2.36" }, // before, ld.so leaves out libraries made for a newer kernel
      bindings: ["lazy"],
      environment: { LD_ASSUME_KERNEL: "2.4.1" },
      expect: { stdout: "secure 1" },
    },
    {
      label: "LD_DEBUG=help",
      ...setuid,
      bindings: ["lazy"],
      environment: { LD_DEBUG: "help" },
      // Later ones hear no LD_DEBUG in a secure process.
      expect: { glibc: { to: "2.38" }, stdout: "Valid options" },
    },
    {
      label: "LD_TRACE_LOADED_OBJECTS",
      ...setuid,
      environment: { LD_TRACE_LOADED_OBJECTS: "1" },
      // Later ones run the program.
      expect: { glibc: { to: "2.38" }, status: 5 },
    },
    {
      label: "$ORIGIN in DT_RUNPATH",
      program: "origin",
      ...setuid,
      arguments: ["status"],
      expect: { status: 127, stderr: "cannot open shared object file" },
    },
  ],
};

export const secureCases: readonly ProgramCase[] = [secure, secureToken, files, trusted, heard];
