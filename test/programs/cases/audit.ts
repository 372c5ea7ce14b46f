/** Cases about auditors (rtld-audit(7)). */
import type { Target } from "../../harness/build.ts";
import type { Invocation, ProgramCase } from "../case.ts";

const auditor = (output: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["audit/auditor.c"],
  flags,
});
const library = (output: string, answer: number): Target => ({
  output,
  sources: ["audit/library.c"],
  flags: [`-DANSWER=${answer}`, "-Wl,-z,lazy"],
});
const program = (output: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["audit/main.c"],
  needs: ["libneeded.so"],
  flags,
});

const programTargets: readonly Target[] = [
  library("libneeded.so", 1),
  library("libopened.so", 2),
  library("libgiven.so", 3),
  library("libforbidden.so", 4),
  library("libhidden.so", 5),
  program("main", "-Wl,-z,lazy"),
];

const events: ProgramCase = {
  name: "auditors",
  glibc: { from: "2.36" }, // before, ld.so does not live through all of this
  targets: [
    ...programTargets,
    auditor("libaudit.so"),
    auditor("libsecond.so", '-DNAME="second"'),
    auditor("libold.so", '-DNAME="old"', "-DVERSION=1"),
    program("named", "-Wl,-z,lazy", "-Wl,--audit=libaudit.so"),
    program("depaudit", "-Wl,-z,lazy", "-Wl,--depaudit=libaudit.so"),
  ],
  invocations: [
    {
      label: "one",
      environment: { LD_AUDIT: "$out/libaudit.so" },
      expect: { stdout: /audit: preinit program[\s\S]*audit: close libneeded.so/ },
    },
    {
      label: "by file name",
      environment: { LD_AUDIT: "libaudit.so" },
      expect: { stdout: "audit: preinit program" },
    },
    {
      label: "two",
      environment: { LD_AUDIT: "$out/libaudit.so:$out/libsecond.so" },
      expect: { stdout: "second: preinit program" },
    },
    {
      label: "of the first version",
      environment: { LD_AUDIT: "$out/libold.so" },
      expect: { stdout: "old: version current" },
    },
    {
      label: "an option",
      options: ["--audit", "$out/libaudit.so"],
      expect: { stdout: "audit: preinit program" },
    },
    { label: "DT_AUDIT", program: "named", expect: { stdout: "audit: preinit program" } },
    { label: "DT_DEPAUDIT", program: "depaudit", expect: { stdout: "audit: preinit program" } },
  ],
};

const refused = (label: string, list: string, stderr: string): Invocation => ({
  label,
  environment: { LD_AUDIT: list },
  expect: { stdout: "plain 1, changed 2", stderr },
});

const bad: ProgramCase = {
  name: "unfit auditors",
  glibc: { from: "2.36" },
  targets: [
    ...programTargets,
    auditor("libnewer.so", "-DVERSION=99"),
    auditor("libzero.so", "-DVERSION=0"),
  ],
  invocations: [
    refused(
      "missing",
      "$out/nobody.so",
      "nobody.so' cannot be loaded as audit interface: cannot open shared object file; ignored.",
    ),
    refused(
      "no la_version",
      "$out/libneeded.so",
      "cannot be loaded as audit interface: undefined symbol: la_version; ignored.",
    ),
    refused("a newer version", "$out/libnewer.so", "requires version 99 (maximum supported"),
    refused("unwilling", "$out/libzero.so", ""),
    refused("nothing", ":", ""),
  ],
};

const follower = (output: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["audit/calls_auditor.c"],
  flags,
});
const follow = (label: string, ...auditors: readonly string[]): Invocation => ({
  label,
  environment: { LD_AUDIT: auditors.map((name) => `$out/${name}`).join(":") },
  expect: { stdout: "variadic 1 2.5 three 4.5 5.5 6.5 7.5 8.5 9.5 10.5 11.5 12" },
});

/** la_*_gnu_pltenter and la_*_gnu_pltexit. What glibc gets wrong is in beyond-glibc.test.ts. */
/** Calls from the program and inside its library, followed by auditors of several kinds. */
export const callsCase: ProgramCase = {
  name: "calls that auditors follow",
  glibc: { from: "2.36" },
  targets: [
    { output: "libcalls.so", sources: ["audit/calls_library.c"], flags: ["-Wl,-z,lazy"] },
    {
      output: "main",
      sources: ["audit/calls_main.c"],
      needs: ["libcalls.so"],
      flags: ["-Wl,-z,lazy"],
    },
    follower("libframes.so"),
    follower("libentries.so", '-DNAME="entries"', "-DFRAME=-1"),
    follower("libwithout.so", '-DNAME="without"', "-DNO_EXIT"),
    follower("libsmall.so", '-DNAME="small"', "-DFRAME=128"),
    follower("libodd.so", '-DNAME="odd"', "-DFRAME=203"),
    follower("libnever.so", '-DNAME="never"', "-DFRAME=-2"),
    follower("libtoalone.so", '-DNAME="to alone"', "-DFROM=0"),
    follower("libfromalone.so", '-DNAME="from alone"', "-DTO=0"),
  ],
  invocations: [
    follow("with frames", "libframes.so"),
    follow("entries alone", "libentries.so"),
    follow("no function for returns", "libwithout.so"),
    follow("a frame of odd size", "libodd.so"),
    follow("two", "libframes.so", "libodd.so"),
    follow("two, one without frames", "libentries.so", "libframes.so"),
    follow("two, the larger frame", "libsmall.so", "libframes.so"),
    follow("never a frame", "libnever.so", "libframes.so"),
    follow("of no interest", "libfromalone.so"),
    follow("of interest to the second", "libfromalone.so", "libframes.so"),
    follow("of interest to the first", "libframes.so", "libfromalone.so"),
    follow("inside the library", "libtoalone.so"),
    {
      ...follow("never kept", "libframes.so"),
      environment: { LD_AUDIT: "$out/libframes.so", LD_BIND_NOT: "1" },
    },
  ],
};

export const auditCases: readonly ProgramCase[] = [events, bad, callsCase];
