/**
 * What each call of the mmap family and of dlopen's costs against glibc's ld.so, those that are refused too, with few and
 * with many live mappings: `npx tsx bench/space/calls.ts [--rounds N] [--mappings N]... [--only TEXT] [--arch ARCH]`.
 *
 * calls.c runs under both linkers at once and is asked in turns; a row is the median of the pairs' ratios. Run it on a
 * quiet machine; `taskset -c 1` helps.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import { whyNotBuildable } from "../../test/harness/build.ts";
import type { Arch } from "../../test/harness/elf.ts";
import { arches, linkerPath, whyNotComparable, workFolder } from "../../test/harness/linkers.ts";
import { systemTree } from "../../test/harness/trees.ts";
import { type Pair, summarise } from "../startup/statistics.ts";

/** What the project allows a call to cost, as a ratio to glibc's. */
const LIMIT = 1.1;
/** How long one measurement of a case shall take. */
const BATCH_NANOSECONDS = 400_000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** calls.c under one linker. */
class Subject {
  readonly #child: Child;
  readonly #interface: Interface;
  readonly #lines: AsyncIterator<string>;

  constructor(words: readonly string[]) {
    const [file = "", ...rest] = words;
    this.#child = spawn(file, rest, { stdio: ["pipe", "pipe", "inherit"] });
    this.#interface = createInterface({ input: this.#child.stdout });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("calls.c has ended");
    return value;
  }

  /** The names of the cases. */
  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    for (let name = await this.#line(); name !== ""; name = await this.#line()) names.push(name);
    return names;
  }

  /** Nanoseconds of one call, as the mean of `count`. */
  async measure(which: number, count: number): Promise<number> {
    this.#child.stdin.write(`${which} ${count}\n`);
    return Number(await this.#line());
  }

  end(): void {
    this.#child.stdin.end();
  }
}

/** What one row is made of. */
interface Row {
  readonly arch: Arch;
  readonly mappings: number;
  readonly name: string;
}

function compile(arch: Arch): { readonly program: string; readonly library: string } {
  const program = join(workFolder, `calls-${arch}`);
  const library = join(workFolder, `calls-${arch}.so`);
  const source = join(workFolder, "calls-library.c");
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(source, "#include <stdlib.h>\nint counted(const char *s) { return atoi(s); }\n");
  const flags = [arch === "i386" ? "-m32" : "-m64", "-O2", "-Wall", "-Wextra", "-Werror"];
  execFileSync("gcc", [...flags, "-o", program, join(import.meta.dirname, "calls.c")]);
  execFileSync("gcc", [...flags, "-shared", "-fPIC", "-o", library, source]);
  return { program, library };
}

/** Both sides in turns, the first one alternating: the second finds warmer caches. */
async function measureCase(
  reference: Subject,
  subject: Subject,
  which: number,
  rounds: number,
): Promise<readonly Pair[]> {
  const once = Math.max(await reference.measure(which, 3), await subject.measure(which, 3));
  const count = Math.max(1, Math.min(5000, Math.round(BATCH_NANOSECONDS / once)));
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; ++round) {
    const before = round % 2 === 0 ? await reference.measure(which, count) : undefined;
    const own = await subject.measure(which, count);
    pairs.push({ reference: before ?? (await reference.measure(which, count)), subject: own });
  }
  return pairs;
}

function report({ arch, mappings, name }: Row, pairs: readonly Pair[]): void {
  const { reference, subject, ratio, low, high } = summarise(pairs);
  const time = (nanoseconds: number): string => nanoseconds.toFixed(0).padStart(8);
  const interval = `[${low.toFixed(2)} .. ${high.toFixed(2)}]`;
  const mark = ratio > LIMIT ? "  <-- above the limit" : "";
  console.log(
    `${arch.padEnd(6)} ${String(mappings).padStart(6)}  ${name.padEnd(31)} ${time(reference)} ${time(subject)}   ${ratio.toFixed(3)} ${interval}${mark}`,
  );
}

async function measure(
  arch: Arch,
  mappings: number,
  rounds: number,
  only: string | undefined,
): Promise<void> {
  const libraries = arch === "i386" ? systemTree("i386")?.libraryPath : undefined;
  const path = libraries === undefined ? [] : ["--library-path", libraries.join(":")];
  const { program, library } = compile(arch);
  const sides = (["reference", "subject"] as const).map((role) => {
    const words = [linkerPath(role, arch), ...path, program, library, program, String(mappings)];
    return new Subject(words);
  });
  const [reference, subject] = sides;
  if (reference === undefined || subject === undefined) throw new Error("two sides are needed");
  const names = await reference.names();
  await subject.names();
  for (const [which, name] of names.entries()) {
    if (only !== undefined && !name.includes(only)) continue;
    report({ arch, mappings, name }, await measureCase(reference, subject, which, rounds));
  }
  for (const side of sides) side.end();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "41" },
      mappings: { type: "string", multiple: true, default: ["0", "1000", "30000"] },
      only: { type: "string" },
      arch: { type: "string", multiple: true, default: [...arches] },
    },
  });
  console.log(
    `nanoseconds, medians, glibc and wine-ld; ratio: median of the pairs' ratios [95 % interval]; rows above ${LIMIT} are marked`,
  );
  for (const arch of arches.filter((one) => values.arch.includes(one))) {
    const reason = whyNotBuildable(arch) ?? whyNotComparable(arch);
    if (reason !== undefined) console.log(`${arch}: not measured, ${reason}`);
    else
      for (const mappings of values.mappings)
        await measure(arch, Number(mappings), Number(values.rounds), values.only);
  }
}

await main();
