/**
 * Odd command lines, environments and files: glibc's linker and ours say the same and end in the same way.
 *
 * By default every eighth start of each list, `WINE_LD_TEST_FULL=1`: all of them.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Build, buildAll, whyNotBuildable } from "../harness/build.ts";
import { difference, ending, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { systemTree } from "../harness/trees.ts";
import { type OddStart, oddStarts } from "./odd-starts.ts";

const build: Build = {
  name: "odd starts",
  sourceFolder: join(import.meta.dirname, "src"),
  targets: [
    { output: "main", sources: ["arguments.c"], runpath: false },
    { output: "static", sources: ["arguments.c"], runpath: false, flags: ["-static"] },
    {
      output: "static-pie",
      sources: ["arguments.c"],
      runpath: false,
      flags: ["-static-pie", "-Wl,--no-dynamic-linker"],
    },
    { output: "object.o", sources: ["arguments.c"], runpath: false, flags: ["-r", "-nostdlib"] },
    { output: "library.so", sources: ["library.c"], runpath: false, flags: ["-nostdlib"] },
  ],
};

/** Files that no compiler makes. */
function makeFiles(out: string, arch: Arch): void {
  const main = readFileSync(join(out, "main"));
  const foreign = Buffer.from(main);
  foreign[4] = arch === "i386" ? 2 : 1;
  const contents: Readonly<Record<string, readonly [Buffer | string, number]>> = {
    empty: ["", 0o755],
    script: [`#!/bin/sh\nexit 3\n${"#\n".repeat(100)}`, 0o755],
    magic: ["\x7fELF", 0o755],
    cut: [main.subarray(0, 3000), 0o755],
    plain: [main, 0o644],
    unreadable: [main, 0],
    foreign: [foreign, 0o755],
  };
  for (const [name, [bytes, mode]] of Object.entries(contents)) {
    if (existsSync(join(out, name))) continue;
    writeFileSync(join(out, name), bytes);
    chmodSync(join(out, name), mode);
  }
  mkdirSync(join(out, "folder"), { recursive: true });
  for (const [name, target] of Object.entries({ loop: "loop", dangling: "nowhere" })) {
    try {
      symlinkSync(target, join(out, name));
    } catch {
      // There since an earlier run.
    }
  }
}

async function begin(role: Role, arch: Arch, out: string, odd: OddStart): Promise<Outcome> {
  const linker = linkerPath(role, arch);
  const put = (text: string): string =>
    text.replaceAll("$program", join(out, "main")).replaceAll("$out", out);
  const tree = systemTree(arch);
  const own = Object.fromEntries(
    Object.entries(odd.environment ?? {}).map(([name, value]) => [name, put(value)]),
  );
  const outcome = await run({
    file: linker,
    arguments: odd.arguments.map(put),
    environment: {
      PATH: "/usr/bin:/bin",
      LC_ALL: "C",
      ...(tree === undefined ? {} : { LD_LIBRARY_PATH: tree.libraryPath.join(":") }),
      ...own,
    },
    folder: out,
    timeout: 10_000,
    ...(odd.user === undefined ? {} : { user: odd.user }),
  });
  return normalise(outcome, [
    { find: linker, put: "<linker>" },
    { find: /0x-?[0-9a-f]{6,16}/g, put: "<address>" },
    { find: /^ +\d+:\t/gm, put: "<process>:\t" },
    { find: /^\t \(<address>\)\n/gm, put: "" },
  ]);
}

/** With what kills glibc's linker ours may do what it likes, but for dying of it. */
function fault(reference: Outcome, subject: Outcome): string | undefined {
  if (reference.signal === null) return difference(reference, subject);
  return subject.signal === null ? undefined : `both crash: ${ending(subject)}`;
}

const step = process.env["WINE_LD_TEST_FULL"] === "1" ? 1 : 8;

function nameOf(odd: OddStart): string {
  const settings = Object.entries(odd.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const words = [...settings, ...odd.arguments].map((word) =>
    word.length > 60 ? `${word.slice(0, 20)}… (${word.length})` : word,
  );
  return `${JSON.stringify(words.join(" "))}${odd.user === undefined ? "" : ` as ${odd.user}`}`;
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const [kind, starts] of Object.entries(oddStarts))
        for (const [index, odd] of starts.entries())
          if (index % step === 0)
            test(`${kind}: ${index}, ${nameOf(odd)}`, async () => {
              const out = buildAll(build, arch);
              makeFiles(out, arch);
              const [reference, subject] = await Promise.all([
                begin("reference", arch, out, odd),
                begin("subject", arch, out, odd),
              ]);
              const wrong = fault(reference, subject);
              if (wrong !== undefined) expect.fail(wrong);
            });
    },
  );
}
