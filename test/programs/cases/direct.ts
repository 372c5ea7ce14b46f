/** Cases about what "ld.so PROGRAM" is given: static programs, linkers, files that are no programs. */
import type { Target } from "../../harness/build.ts";
import type { Invocation, ProgramCase } from "../case.ts";

const program = (output: string, ...flags: readonly string[]): Target => ({
  output,
  sources: ["static/main.c"],
  runpath: false,
  flags,
});
const once = { ways: ["direct"], bindings: ["lazy"] } as const;
const onOptions = (...options: readonly string[]) => ({ options, bindings: ["lazy"] }) as const;
const itself = { status: 127, stderr: "loader cannot load itself" };
const linkers = ["$linker", "$system", "$subject"] as const;

const staticPrograms: ProgramCase = {
  name: "static programs",
  glibc: { from: "2.36" }, // before, ld.so does not survive them
  targets: [program("main", "-static"), program("pie", "-static-pie", "-Wl,--no-dynamic-linker")],
  invocations: ["main", "pie"].flatMap((name): readonly Invocation[] => [
    {
      label: name,
      program: name,
      ...once,
      arguments: ["one", "", "two words"],
      environment: { KEPT: "kept", LD_PRELOAD: "" },
      expect: { status: 7, stdout: "argument two words\nenvironment kept\n" },
    },
    {
      label: `${name}, another name`,
      program: name,
      ...onOptions("--argv0", "other"),
      expect: { status: 7, stdout: "argument other\n" },
    },
    {
      label: `${name}, a preload that is not there`,
      program: name,
      ...onOptions("--preload", "libnone.so"),
      expect: { status: 7 },
    },
    {
      label: `${name}, verified`,
      program: name,
      ...onOptions("--verify"),
      expect: { status: name === "main" ? 1 : 2 },
    },
    // glibc's own linker crashes at the list of a program without a dynamic table
    ...(name === "main"
      ? []
      : [{ label: `${name}, listed`, program: name, ...onOptions("--list") }]),
  ]),
};

const linkersAsPrograms: ProgramCase = {
  name: "linkers as programs",
  glibc: { from: "2.36" },
  targets: [{ output: "main", sources: ["process/exit.c"] }],
  invocations: linkers.flatMap((name): readonly Invocation[] => [
    { label: name, program: name, ...once, expect: itself },
    {
      label: `${name} of a program`,
      program: name,
      ...once,
      arguments: ["$out/main"],
      expect: itself,
    },
    { label: `${name} --help`, program: name, ...once, arguments: ["--help"], expect: itself },
    { label: `${name} of ${name}`, program: name, ...once, arguments: [name], expect: itself },
    {
      label: `${name}, listed`,
      program: name,
      ...onOptions("--list"),
      expect: { stdout: "statically" },
    },
    { label: `${name}, verified`, program: name, ...onOptions("--verify"), expect: { status: 2 } },
  ]),
};

export const directCases: readonly ProgramCase[] = [staticPrograms, linkersAsPrograms];
