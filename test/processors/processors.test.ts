/**
 * The processor's description is glibc's on every kind of processor, not only on the one that the tests run on: both
 * linkers are run with answers of CPUID that come from a table, and what they print about the processor and publish
 * in _rtld_global_ro is compared. All processors with all tunables: `WINE_LD_TEST_FULL=1`.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Abi } from "../../codegen/abi/model.ts";
import { locateGlibc } from "../../codegen/ingest/locate.ts";
import { arches, referencePath, root, subjectPath } from "../harness/linkers.ts";
import { cachedTree, type Release, releases } from "../matrix/trees.ts";
import { type Processor, processors } from "./processors.ts";
import {
  buildReplayer,
  describeProcessor,
  type ReplayedLinker,
  replayedLinker,
} from "./replayed.ts";

const FULL = process.env["WINE_LD_TEST_FULL"] === "1";

/** One of so many processors where not all are tried. */
const SAMPLE = 12;

/** Two linkers of one glibc, or why there are none. */
type Pair = { readonly name: string } & (
  | { readonly reference: string; readonly subject: string; readonly abi: Abi }
  | { readonly missing: string }
);

const missingTool = ["gcc", "objdump"].find((tool) => spawnSync(tool, ["--version"]).status !== 0);

function pairOf(name: string, reference: string, subject: string): Pair {
  const abi = allAbis.find(({ id }) => id === basename(dirname(subject)));
  if (!existsSync(subject)) return { name, missing: `${subject} is not built` };
  return abi === undefined
    ? { name, missing: `no module for ${subject}` }
    : { name, reference, subject, abi };
}

function ownPairs(): readonly Pair[] {
  return arches.map((arch) => {
    const name = `this machine's glibc, ${arch}`;
    const reference = referencePath(arch);
    const subject = subjectPath(arch);
    if (reference === undefined) return { name, missing: `no glibc for ${arch} here` };
    if ("missing" in subject) return { name, missing: subject.missing };
    return pairOf(name, reference, subject.path);
  });
}

function releasePair(release: Release): Pair {
  const name = `glibc ${release.glibc}, ${release.arch}`;
  const tree = cachedTree(release, join(root, ".cache"));
  if (tree === undefined) return { name, missing: `no tree of ${release.name} in .cache/debian` };
  const file = release.arch === "i386" ? "ld-linux.so.2" : "ld-linux-x86-64.so.2";
  const subject = join(root, "dist", `glibc-${release.glibc}-${release.arch}`, file);
  return pairOf(name, locateGlibc(tree, release.arch).ldso, subject);
}

const pairs = [...ownPairs(), ...releases.map(releasePair)];

/** Tunables that change what follows from CPUID. */
const variants: readonly string[] = [
  "glibc.cpu.hwcaps=-AVX2,-AVX512F,Prefer_ERMS,-Fast_Rep_String",
  "glibc.cpu.hwcaps=-XSAVE,-ERMS:glibc.cpu.x86_shared_cache_size=2097152",
  "glibc.cpu.hwcaps=-AVX2_Usable,-XSAVEC_Usable",
  "glibc.cpu.hwcaps=-XSAVEC,Avoid_STOSB:glibc.cpu.prefer_map_32bit_exec=1",
  "glibc.cpu.x86_non_temporal_threshold=1048576:glibc.cpu.x86_rep_stosb_threshold=4096",
];

interface Linkers {
  readonly reference: ReplayedLinker;
  readonly subject: ReplayedLinker;
}

function linkersOf(pair: Extract<Pair, { abi: Abi }>): Linkers {
  const { reference, subject, abi, name } = pair;
  const file = `${abi.id}-${name.startsWith("this") ? "own" : "tree"}`;
  return {
    reference: replayedLinker(reference, abi, `${file}-reference`),
    subject: replayedLinker(subject, abi, `${file}-subject`),
  };
}

/** The lines of one list that another one lacks. */
function lacking(lines: readonly string[], others: readonly string[], name: string) {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line)).map((line) => `${name}: ${line}`);
}

/** What differs, each difference with the processors that it was seen on. */
function differences(
  { reference, subject }: Linkers,
  among: readonly Processor[],
  option: string,
  tunables: string,
): readonly string[] {
  const asked = reference.options.includes(option) ? option : undefined;
  const isPublished = (line: string) => line.startsWith("_dl_") || line.startsWith("nothing");
  const seen = new Map<string, string[]>();
  for (const processor of among) {
    const wanted = describeProcessor(reference, processor, asked, tunables);
    const said = describeProcessor(subject, processor, option, tunables);
    const found = asked === undefined ? said.filter(isPublished) : said;
    const lines = [
      ...lacking(wanted, found, "glibc"),
      ...lacking(found, wanted, "wine-ld"),
      ...(wanted.length === found.length ? [] : [`${wanted.length} and ${found.length} lines`]),
    ];
    for (const line of lines) seen.set(line, [...(seen.get(line) ?? []), processor.name]);
  }
  return [...seen].map(([line, names]) => `${line} (${names.join("; ")})`);
}

const sample = processors.filter((_, index) => index % SAMPLE === 0);

describe.each(pairs)("$name", (pair) => {
  const reason =
    missingTool !== undefined
      ? `${missingTool} is not installed`
      : "missing" in pair
        ? pair.missing
        : undefined;
  if (reason !== undefined || "missing" in pair) {
    it.skip(`describes processors as glibc does (${reason})`);
    return;
  }
  let linkers: Linkers;
  beforeAll(() => {
    buildReplayer();
    linkers = linkersOf(pair);
  });

  it(`publishes and lists of ${processors.length} processors what glibc does`, () => {
    expect(differences(linkers, processors, "--list-tunables", "")).toEqual([]);
  });

  const printed = FULL ? processors : sample;
  it(`prints of ${printed.length} processors what glibc does`, () => {
    expect(differences(linkers, printed, "--list-diagnostics", "")).toEqual([]);
  });

  it.each(variants)(`takes %s as glibc does`, (tunables) => {
    const among = FULL ? processors : sample;
    expect(differences(linkers, among, "--list-tunables", tunables)).toEqual([]);
  });

  it("meets another processor than the machine's under the replayer", () => {
    const models = sample.map((processor) => {
      const lines = describeProcessor(linkers.subject, processor, "--list-tunables", "");
      const model = lines.find((line) => line.startsWith("_dl_x86_cpu_features.basic.model "));
      return Number.parseInt(model?.split(" ")[1] ?? "", 16);
    });
    const known = sample.map(({ vendor, model }) =>
      vendor === "GenuineOther" ||
      (vendor === "CentaurHauls" && !pair.abi.cpuKinds.includes("zhaoxin"))
        ? 0
        : model,
    );
    expect(models).toEqual(known);
  });
});
