/**
 * The default policy against the kernel's own placing, under glibc's linker in the same run: addresses can be guessed no
 * better, huge pages come no rarer, page tables are no more, and a freed heap is given back.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const out = join(workFolder, "space");
const STARTS = process.env["WINE_LD_TEST_FULL"] === "1" ? 1000 : 200;

/** Runs $0 with the arguments from the second on, as often as the first one says. */
const REPEAT = 'n=$1; shift; for i in $(seq $n); do "$0" "$@" || exit; done';

type Shape = "pie" | "no-pie";
const shapes: readonly Shape[] = ["pie", "no-pie"];

function compile(arch: Arch, shape: Shape): string {
  const program = join(out, `placing-${arch}-${shape}`);
  mkdirSync(out, { recursive: true });
  execFileSync("gcc", [
    ...[arch === "i386" ? "-m32" : "-m64", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"],
    ...[shape === "pie" ? "-fPIE" : "-fno-pie", `-${shape}`],
    ...["-o", program, join(import.meta.dirname, "placing.c"), ...sysrootFlags(arch)],
  ]);
  return program;
}

/** The lines that the program prints when it is started `times` times by itself, as a program of the linker. */
async function linesOf(
  role: Role,
  arch: Arch,
  path: string,
  words: readonly string[],
  times = 1,
): Promise<readonly (readonly number[])[]> {
  const libraryPath = systemTree(arch)?.libraryPath;
  const program = { path, arch, ...(libraryPath === undefined ? {} : { libraryPath }) };
  const { file, environment } = start(role, "interp", program);
  const { stdout, ...outcome } = await run({
    file: "sh",
    arguments: ["-c", REPEAT, file, `${times}`, ...words],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", ...environment },
    folder: out,
    timeout: 120_000,
  });
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
}

/** What `placing where` prints. */
const NAMES = [
  ...["program", "break", "libc", "thread stack", "main stack", "mmap 4 KiB", "mmap 64 KiB"],
  ...["mmap 1 MiB", "mmap 2 MiB", "mmap 64 MiB", "malloc 256 KiB", "malloc 1 MiB"],
];

/** Something that is to be guessed: a place, or how far one is from another. */
interface Secret {
  readonly name: string;
  readonly of: (line: readonly number[]) => number;
}

const SECRETS: readonly Secret[] = NAMES.flatMap((name, at) => [
  { name, of: (line: readonly number[]) => line[at] ?? 0 },
  ...NAMES.slice(0, at).map((other, from) => ({
    name: `${other} to ${name}`,
    of: (line: readonly number[]) => (line[at] ?? 0) - (line[from] ?? 0),
  })),
]);

/** How often values are the same: the part of all pairs of starts, 2^-b for b bits of entropy, and its variance. */
function collisions(values: readonly number[]): {
  readonly part: number;
  readonly variance: number;
} {
  const n = values.length;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sum = (of: (count: number) => number) =>
    [...counts.values()].reduce((total, count) => total + of(count), 0);
  const pairs = sum((c) => c * (c - 1)) / (n * (n - 1));
  const triples = sum((c) => c * (c - 1) * (c - 2)) / (n * (n - 1) * (n - 2));
  // Of a U-statistic: pairs by themselves, and pairs that share a start (0 where all values are equally likely).
  const variance = (2 * pairs * (1 - pairs)) / n ** 2 + (4 * Math.max(triples - pairs ** 2, 0)) / n;
  return { part: pairs, variance };
}

/**
 * A difference of five standard deviations comes about by chance once in 3,000,000 rows, so in one of the 312 rows of a
 * run less than once in 9,000 runs. 200 starts show a loss of one bit of eight half of the time, of two bits always;
 * 1,000 starts each lost bit.
 */
const DEVIATIONS = 5;

function isGuessedMoreOften(own: readonly number[], theirs: readonly number[]): boolean {
  const [ours, others] = [collisions(own), collisions(theirs)];
  return ours.part - others.part > DEVIATIONS * Math.sqrt(ours.variance + others.variance);
}

const usable = arches.filter(
  (arch) => whyNotBuildable(arch) === undefined && whyNotComparable(arch) === undefined,
);
const kinds = usable.flatMap((arch) => shapes.map((shape) => [arch, shape] as const));

describe.each(kinds)("%s, %s", (arch, shape) => {
  const path = compile(arch, shape);
  const both = (...words: readonly string[]) =>
    Promise.all([
      linesOf("subject", arch, path, words),
      linesOf("reference", arch, path, words),
    ]).then(([[own = []], [theirs = []]]) => ({ own, theirs }));

  it(`no place and no distance is easier to guess, in ${STARTS} starts`, async () => {
    const own = await linesOf("subject", arch, path, ["where"], STARTS);
    const theirs = await linesOf("reference", arch, path, ["where"], STARTS);
    const worse = SECRETS.filter(({ of }) => isGuessedMoreOften(own.map(of), theirs.map(of)));
    expect(worse.map(({ name }) => name)).toEqual([]);
  }, 240_000);

  it("mappings of exactly 2 MiB get their huge pages", async () => {
    const { own, theirs } = await both("huge", "50");
    const [aligned = 0, huge = 0] = own;
    const [theirAligned = 0, theirHuge = 0] = theirs;
    expect(aligned).toBeGreaterThanOrEqual(theirAligned);
    // Not all huge pages that are asked for are to be had at any moment.
    expect(huge).toBeGreaterThanOrEqual(theirHuge / 2);
  });

  it("blocks of 4 MiB from malloc take no more page tables", async () => {
    const { own, theirs } = await both("tables", "60");
    const [kilobytes = 0] = own;
    const [theirKilobytes = 0] = theirs;
    expect(theirKilobytes).toBeGreaterThan(0);
    // Where the first one begins is chance: a page of tables at each end.
    expect(kilobytes).toBeLessThanOrEqual(theirKilobytes + 8);
  });

  it("the break grows as far between other mappings, and what is freed is given back", async () => {
    const { own, theirs } = await both("heap", "100", "300");
    const [grown = 0, left = 0] = own;
    const [theirGrown = 0, theirLeft = 0] = theirs;
    expect(theirGrown).toBeGreaterThan(90);
    expect(grown).toBeGreaterThanOrEqual(theirGrown - 1);
    expect(left).toBeLessThanOrEqual(theirLeft + 2);
  });
});
