/**
 * Damaged ld.so.cache files: both linkers look at the same places and find the same libraries. The file lies over
 * the machine's own in a mount namespace of its own, which only root may make.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import { difference, normalise } from "../harness/compare.ts";
import { linkerPath, type Role, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";

const path = "/etc/ld.so.cache";
const headerSize = 48;
const entrySize = 24;
const library = "libgcc_s.so.1";

type Damage = (cache: Buffer) => Buffer;

/** Writes 32-bit words. */
const words =
  (at: number | ((cache: Buffer) => number), ...values: readonly number[]): Damage =>
  (good) => {
    const copy = Buffer.from(good);
    const start = typeof at === "function" ? at(good) : at;
    for (const [index, value] of values.entries()) copy.writeUInt32LE(value, start + 4 * index);
    return copy;
  };
const count = (cache: Buffer): number => cache.readUInt32LE(20);
const extension = (cache: Buffer): number => cache.readUInt32LE(32);

/** Where the first entry of the library lies. */
function entryAt(cache: Buffer): number {
  for (let index = 0; index < count(cache); index++) {
    const at = headerSize + index * entrySize;
    const key = cache.readUInt32LE(at + 4);
    if (cache.toString("latin1", key, key + library.length + 1) === `${library}\0`) return at;
  }
  throw new Error(`${library} is not in ${path}`);
}
const inEntry =
  (field: number) =>
  (cache: Buffer): number =>
    entryAt(cache) + field;
const inExtension =
  (field: number) =>
  (cache: Buffer): number =>
    extension(cache) + field;

/** The entries in another order. */
const ordered =
  (order: (indices: readonly number[], cache: Buffer) => readonly number[]): Damage =>
  (cache) => {
    const indices = Array.from({ length: count(cache) }, (_, index) => index);
    const entries = order(indices, cache).map((index) => {
      const at = headerSize + index * entrySize;
      return cache.subarray(at, at + entrySize);
    });
    const rest = cache.subarray(headerSize + entrySize * indices.length);
    return Buffer.concat([cache.subarray(0, headerSize), ...entries, rest]);
  };

const oldHeader =
  (entries: number, padding: number): Damage =>
  (cache) => {
    const head = Buffer.alloc(16 + 12 * Math.min(entries, 5) + padding);
    head.write("ld.so-1.7.0\0", "latin1");
    head.writeUInt32LE(entries, 12);
    return Buffer.concat([head, cache]);
  };

const highest = 0xffffffff;
const damages: Readonly<Record<string, Damage>> = {
  none: (cache) => cache,
  empty: () => Buffer.alloc(0),
  "the magic alone": (cache) => cache.subarray(0, 20),
  "the header alone": (cache) => cache.subarray(0, headerSize),
  "cut in the entries": (cache) => cache.subarray(0, headerSize + 100),
  "cut behind the entries": (cache) => cache.subarray(0, headerSize + entrySize * count(cache)),
  "cut in the strings": (cache) => cache.subarray(0, cache.length / 2),
  grown: (cache) => Buffer.concat([cache, Buffer.alloc(5000)]),
  "no entries": words(20, 0),
  "an entry less": (cache) => words(20, count(cache) - 1)(cache),
  "an entry more": (cache) => words(20, count(cache) + 1)(cache),
  "twice the entries": (cache) => words(20, 2 * count(cache))(cache),
  "too many entries": words(20, highest),
  "no size of strings": words(24, 0),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 6, 255].map((flags) => [`flags ${flags}`, words(28, flags)]),
  ),
  ...Object.fromEntries(
    [0, 1, 4, 0xfffffffc].map((offset) => [`extensions at ${offset}`, words(32, offset)]),
  ),
  "extensions of another magic": words(inExtension(0), 1),
  "no extensions": words(inExtension(4), 0),
  "too many extensions": words(inExtension(4), highest),
  "an extension outside": words(inExtension(16), highest),
  "an extension of another type": words(inExtension(8), 7),
  "another magic": words(0, 0x12345678),
  ...Object.fromEntries(
    [0, 1, 3, 0x303, 0x803, highest].map((flags) => [
      `an entry of flags ${flags.toString(16)}`,
      words(inEntry(0), flags),
    ]),
  ),
  "a name outside": words(inEntry(4), highest),
  "a path outside": words(inEntry(8), highest),
  "a path of another": words(inEntry(8), 0),
  "a later kernel": words(inEntry(12), 0x60000),
  "unknown capabilities": words(inEntry(16), 1),
  "a capability of an extension": words(inEntry(16), 0, 1 << 30),
  "a capability of an extension that is not there": words(inEntry(16), 99, 1 << 30),
  reversed: ordered((indices) => [...indices].reverse()),
  "all the same": ordered((indices, cache) =>
    indices.map(() => (entryAt(cache) - headerSize) / entrySize),
  ),
  "an old header": oldHeader(0, 0),
  "an old header with entries": oldHeader(1, 4),
  "an old header, not aligned": oldHeader(1, 0),
  "an old header with too many entries": oldHeader(0x7fffffff, 0),
};

const missing =
  whyNotComparable("x86_64") ??
  whyNotBuildable("x86_64") ??
  (process.getuid?.() === 0 ? undefined : "only root may mount");

async function meet(role: Role, out: string, cache: string): Promise<Outcome> {
  const linker = linkerPath(role, "x86_64");
  const outcome = await run({
    file: "unshare",
    arguments: [
      "--mount",
      "sh",
      "-c",
      `mount --bind ${cache} ${path} && LD_DEBUG=libs exec ${linker} ${join(out, "opens")} ${library} libnone.so`,
    ],
    environment: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    folder: out,
    timeout: 20_000,
  });
  return normalise(outcome, [
    { find: linker, put: "<linker>" },
    { find: /^ +\d+:\t/gm, put: "<process>:\t" },
  ]);
}

describe.skipIf(missing !== undefined)(
  missing === undefined ? "ld.so.cache" : `ld.so.cache: skipped, ${missing}`,
  () => {
    for (const [name, damage] of Object.entries(damages))
      test(name, async () => {
        const out = buildAll(
          {
            name: "cache",
            sourceFolder: join(import.meta.dirname, "src"),
            targets: [{ output: "opens", sources: ["opens.c"], runpath: false }],
          },
          "x86_64",
        );
        const folder = join(workFolder, `cache-${process.pid}`);
        mkdirSync(folder, { recursive: true });
        const cache = join(folder, name.replaceAll(/[^a-z0-9]+/g, "-"));
        writeFileSync(cache, damage(readFileSync(path)));
        const reference = await meet("reference", out, cache);
        const wrong = difference(reference, await meet("subject", out, cache));
        rmSync(cache);
        if (wrong !== undefined) expect.fail(wrong);
      });
  },
);
