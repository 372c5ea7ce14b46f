/** Bad input: the text and the exit status are glibc's, whatever is wrong with a file and however it is met. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable } from "../harness/linkers.ts";
import { choicesInPart } from "../harness/part.ts";
import { type Outcome, run } from "../harness/run.ts";
import { start } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { buildOf, type ProgramCase } from "../programs/case.ts";
import { brokenFiles } from "./broken-files.ts";

afterAll(() => {
  for (const folder of built) rmSync(folder, { recursive: true, force: true });
});

const built = new Set<string>();

/** Builds the programs and libraries that meet the bad files. */
function build(arch: Arch): string {
  const folder = buildAll(buildOf(subjects), arch);
  built.add(folder);
  return folder;
}

const subjects: ProgramCase = {
  name: `bad input ${process.pid}`, // tests write into it: of this process alone
  targets: [
    {
      output: "good/libinner.so",
      sources: ["paths/library.c"],
      flags: ["-DJOINED=inner", '-DWHERE="good"'],
    },
    {
      output: "libouter.so",
      sources: ["paths/outer.c"],
      needs: ["good/libinner.so"],
      runpath: false,
    },
    {
      output: "main",
      sources: ["paths/main.c"],
      flags: [
        "-Wl,-rpath,$ORIGIN:$ORIGIN/bad",
        "-Wl,--disable-new-dtags",
        "-Wl,--allow-shlib-undefined",
      ],
      runpath: false,
      needs: ["libouter.so"],
    },
    { output: "opens", sources: ["paths/opens.c"], runpath: false },
    { output: "undefined/libinner.so", sources: ["tls-many/module.c"], flags: ["-DNUMBER=1"] },
  ],
};

interface Meeting {
  readonly name: string;
  readonly program: (folder: string) => string;
  readonly arguments?: readonly string[];
  readonly environment?: (folder: string) => Readonly<Record<string, string>>;
}

/** How a linker meets a bad file `bad/libinner.so`. */
const meetings: readonly Meeting[] = [
  { name: "needed", program: (folder) => join(folder, "main") },
  { name: "opened", program: (folder) => join(folder, "opens"), arguments: ["./bad/libinner.so"] },
  {
    name: "opened by search",
    program: (folder) => join(folder, "opens"),
    arguments: ["libinner.so"],
    environment: (folder) => ({ LD_LIBRARY_PATH: `${folder}/bad:${folder}/good` }),
  },
  {
    name: "preloaded",
    program: (folder) => join(folder, "opens"),
    environment: (folder) => ({ LD_PRELOAD: `${folder}/bad/libinner.so` }),
  },
  { name: "run", program: (folder) => join(folder, "bad/libinner.so") },
];

async function meet(role: Role, arch: Arch, folder: string, meeting: Meeting): Promise<Outcome> {
  const own = meeting.environment?.(folder) ?? {};
  const tree = systemTree(arch);
  const asked = own["LD_LIBRARY_PATH"];
  const libraryPath = tree && {
    libraryPath: [...(asked === undefined ? [] : [asked]), ...tree.libraryPath],
  };
  const begin = start(role, "direct", { path: meeting.program(folder), arch, ...libraryPath });
  const outcome = await run({
    file: begin.file,
    arguments: [...begin.arguments, ...(meeting.arguments ?? [])],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...own },
    folder,
    timeout: 10_000,
  });
  return normalise(outcome, begin.replacements);
}

/** A folder with the good files and `bytes` as `bad/libinner.so`. */
function place(out: string, bytes: Buffer): string {
  mkdirSync(join(out, "bad"), { recursive: true });
  const file = join(out, "bad/libinner.so");
  rmSync(file, { force: true, recursive: true });
  writeFileSync(file, bytes);
  chmodSync(file, 0o755);
  return out;
}

/** A good file of the other class: any program of the machine or of the tree. */
function otherClass(arch: Arch): Buffer {
  const tree = systemTree("i386");
  if (arch === "i386") return readFileSync("/bin/true");
  return tree === undefined
    ? Buffer.from("\x7fELF\x01\x01\x01".padEnd(128, "\0"), "latin1")
    : readFileSync(join(tree.programs, "bin/true"));
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const [turn, broken] of brokenFiles.entries()) {
        for (const meeting of choicesInPart(meetings, turn)) {
          test(`${broken.name}, ${meeting.name}`, async () => {
            const out = build(arch);
            const bytes = broken.make(
              readFileSync(join(out, "good/libinner.so")),
              otherClass(arch),
            );
            const folder = place(out, bytes);
            const reference = await meet("reference", arch, folder, meeting);
            const wrong = difference(reference, await meet("subject", arch, folder, meeting));
            if (wrong !== undefined) expect.fail(wrong);
          });
        }
      }

      const placed: readonly (readonly [string, (out: string) => void, number])[] = [
        ["a directory", (out) => mkdirSync(join(out, "bad/libinner.so"), { recursive: true }), 127],
        ["nothing at all", () => undefined, 127],
        ["unreadable", (out) => writeFileSync(join(out, "bad/libinner.so"), "", { mode: 0 }), 127],
        [
          "a library without the symbol",
          (out) =>
            writeFileSync(
              join(out, "bad/libinner.so"),
              readFileSync(join(out, "undefined/libinner.so")),
            ),
          127,
        ],
        [
          "the good file",
          (out) =>
            writeFileSync(
              join(out, "bad/libinner.so"),
              readFileSync(join(out, "good/libinner.so")),
            ),
          0,
        ],
      ];
      for (const [name, put, status] of placed) {
        for (const meeting of meetings) {
          test(`${name}, ${meeting.name}`, async () => {
            const out = build(arch);
            mkdirSync(join(out, "bad"), { recursive: true });
            rmSync(join(out, "bad/libinner.so"), { force: true, recursive: true });
            put(out);
            const reference = await meet("reference", arch, out, meeting);
            if (meeting.name === "needed") expect(reference.status).toBe(status);
            const wrong = difference(reference, await meet("subject", arch, out, meeting));
            if (wrong !== undefined) expect.fail(wrong);
          });
        }
      }
    },
  );
}
