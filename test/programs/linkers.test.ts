/**
 * What other link editors than this machine's usual one make: segments that meet in a page, packed relocations over
 * several of them, copies at the very end of memory, relocations in text.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { caseRuns, compareInvocation, glibcOf, type ProgramCase } from "./case.ts";

interface LinkEditor {
  readonly name: string;
  /** The program that gcc starts for it, and the Debian package that has it. */
  readonly program: string;
  readonly package: string;
  /** How it is asked for code and read-only data in one segment. */
  readonly joined: string;
  /** How it is asked for DT_RELR; absent: it has none. */
  readonly packed?: string;
  /** Whether it then lets the file need the version that libc wants. */
  readonly marks?: boolean;
}

const linkEditors: readonly LinkEditor[] = [
  {
    name: "bfd",
    program: "ld.bfd",
    package: "binutils",
    joined: "-Wl,-z,noseparate-code",
    packed: "-Wl,-z,pack-relative-relocs",
    marks: true,
  },
  { name: "gold", program: "ld.gold", package: "binutils", joined: "-Wl,--no-rosegment" },
  {
    name: "lld",
    program: "ld.lld",
    package: "lld",
    joined: "-Wl,--no-rosegment",
    packed: "-Wl,--pack-dyn-relocs=relr",
  },
  {
    name: "mold",
    program: "ld.mold",
    package: "mold",
    joined: "-Wl,-z,noseparate-code",
    packed: "-Wl,--pack-dyn-relocs=relr",
  },
];

const unmarked = { status: 127, stderr: "DT_RELR without GLIBC_ABI_DT_RELR dependency" };

const largePages = "-Wl,-z,max-page-size=0x10000";

function casesOf(editor: LinkEditor): readonly ProgramCase[] {
  const use = `-fuse-ld=${editor.name}`;
  const bare = ["-nostdlib", "-fno-asynchronous-unwind-tables", "-fno-stack-protector"];
  const main = (source: string, library: string, ...flags: readonly string[]) => ({
    output: "main",
    sources: [`linkers/${source}`],
    flags: [use, ...flags],
    needs: [library],
  });
  const texts = (name: string, flags: readonly string[], programFlags: readonly string[]) => ({
    name: `${editor.name}: ${name}`,
    targets: [
      { output: "libtexts.so", sources: ["linkers/texts.c"], flags: [use, ...flags] },
      main("texts-main.c", "libtexts.so", ...programFlags),
    ],
  });
  const copies: ProgramCase = {
    name: `${editor.name}: copies at the end of .bss`,
    targets: [
      { output: "libtail.so", sources: ["linkers/tail.c"] },
      main("copies.c", "libtail.so", "-no-pie", "-fno-pic"),
    ],
    invocations: [{ expect: { stdout: "1 1 3\n" } }],
  };
  const packed: readonly ProgramCase[] =
    editor.packed === undefined
      ? []
      : [
          {
            name: `${editor.name}: packed relocations in two segments`,
            glibc: { from: "2.36" },
            targets: [
              {
                output: "libpointers.so",
                sources: ["linkers/pointers.c"],
                flags: [use, ...bare, editor.packed],
              },
              main("pointers-main.c", "libpointers.so"),
            ],
            invocations: [{ expect: { stdout: "14\n" } }],
          },
          {
            ...texts("packed relocations and libc", [editor.packed], []),
            glibc: { from: "2.36" },
            invocations: [
              { expect: editor.marks === true ? {} : unmarked },
              {
                label: "listed",
                options: ["--list"],
                expect: editor.marks === true ? {} : unmarked,
              },
            ],
          },
        ];
  const readonly: ProgramCase = {
    name: `${editor.name}: relocations in text`,
    targets: [
      {
        output: "libreadonly.so",
        sources: ["linkers/readonly.c"],
        flags: [use, "-Wl,-z,notext"],
      },
      main("texts-main.c", "libreadonly.so"),
    ],
  };
  return [
    texts("usual", [], []),
    texts("hash tables of both kinds, not PIE", ["-Wl,--hash-style=both"], ["-no-pie", "-fno-pic"]),
    texts("one segment, large pages", [editor.joined, largePages], [editor.joined, largePages]),
    texts("no RELRO", ["-Wl,-z,norelro"], ["-Wl,-z,norelro"]),
    readonly,
    copies,
    ...packed,
  ];
}

/** .bss with a segment of its own, which only lld lays into the page of .data. */
const shared: readonly ProgramCase[] = ["zeros.ld", "zeros-behind.ld"].map((script) => ({
  name: `lld: .bss in the page of .data, ${script}`,
  targets: [
    {
      output: "libzeros.so",
      sources: ["linkers/zeros.c"],
      flags: [
        ...["-fuse-ld=lld", "-nostdlib", "-fno-asynchronous-unwind-tables", "-fno-stack-protector"],
        ...[`-Wl,-T,$src/linkers/${script}`, "-Wl,--build-id=none", "-Wl,--hash-style=gnu"],
      ],
    },
    { output: "main", sources: ["linkers/zeros-main.c"], needs: ["libzeros.so"] },
  ],
  invocations: [{ expect: { stdout: "data 1234567, the rest 0, 5\n" } }],
}));

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

for (const arch of arches) {
  for (const editor of linkEditors) {
    const missing =
      whyNotComparable(arch) ??
      whyNotBuildable(arch) ??
      (isInstalled(editor.program)
        ? undefined
        : `no ${editor.program}: apt-get install ${editor.package}`);
    const cases = [...casesOf(editor), ...(editor.name === "lld" ? shared : [])];
    const title = `${arch}, ${editor.name}`;
    describe.skipIf(missing !== undefined)(
      missing === undefined ? title : `${title}: skipped, ${missing}`,
      () => {
        for (const one of caseRuns(cases, arch, glibcOf(arch))) {
          test(one.name, async () => {
            const { testCase, invocation, way, binding } = one;
            const wrong = await compareInvocation(testCase, invocation, arch, way, binding);
            if (wrong !== undefined) expect.fail(wrong);
          });
        }
      },
    );
  }
}
