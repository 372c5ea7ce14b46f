/**
 * `npm run conformance -- [--ld PATH] [--arch ARCH] [--abi ABI] [--random COUNT [--seed N]] [--only WORD]
 * [--json FILE] [--junit FILE] [CASE ...]`: the conformance suite (docs/conformance.md) over any linker. Without
 * cases all hand-written ones are run, and COUNT random ones. Differences and the table go to standard output; the
 * status is 1 when something differs or proves nothing.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Arch, elfArch } from "../harness/elf.ts";
import { arches, root } from "../harness/linkers.ts";
import { type Ground, judge } from "./execute.ts";
import { groundOf, writtenCases } from "./grounds.ts";
import { type Listed, parseCase } from "./language.ts";
import { randomCase, shrink } from "./random.ts";
import { account, isGood, junit, table } from "./report.ts";
import { endStarters } from "./starter.ts";
import { isFor, type Result, runCases } from "./suite.ts";

const { values, positionals } = parseArgs({
  options: {
    ld: { type: "string" },
    arch: { type: "string" },
    abi: { type: "string" },
    random: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "string" },
    junit: { type: "string" },
  },
  allowPositionals: true,
});

/** The path of the candidate: what was named, or what `wine-ld build` made for an ABI. */
function candidatePath(): string | undefined {
  if (values.ld !== undefined || values.abi === undefined) return values.ld;
  const name = values.abi.endsWith("i386") ? "ld-linux.so.2" : "ld-linux-x86-64.so.2";
  return join(root, "dist", values.abi, name);
}

function chosenArches(candidate: string | undefined): readonly Arch[] {
  if (values.arch !== undefined) return arches.filter((arch) => arch === values.arch);
  if (candidate === undefined) return arches;
  const own = existsSync(candidate) ? elfArch(readFileSync(candidate)) : undefined;
  return own === undefined ? [] : [own];
}

function chosenCases(): readonly Listed[] {
  if (positionals.length > 0)
    return positionals.map((text) => ({ feature: "given", case: parseCase(text) }));
  const seed = Number(values.seed);
  const random = Array.from({ length: Number(values.random) }, (_, index) => ({
    feature: "random graphs",
    case: parseCase(randomCase(seed + index)),
  }));
  const written = values.only === undefined ? writtenCases() : writtenCases().filter(isWanted);
  return [...written, ...random];
}

function isWanted({ feature, case: one }: Listed): boolean {
  const word = values.only ?? "";
  return feature.includes(word) || one.text.includes(word);
}

/** A random case that fails, as short as it can be made. */
async function shorter(result: Result, ground: Ground): Promise<string> {
  if (result.feature !== "random graphs" || result.verdict.kind !== "different")
    return account(result);
  const { variant } = result.verdict;
  const text = await shrink(result.text, async (candidate) => {
    const verdict = await judge(parseCase(candidate), ground, [variant]);
    return verdict.kind === "different";
  });
  const verdict = await judge(parseCase(text), ground, [variant]);
  return account({ ...result, text, verdict });
}

const candidate = candidatePath();
const results: Result[] = [];
for (const arch of chosenArches(candidate)) {
  const found = groundOf(arch, candidate);
  if ("missing" in found) {
    process.stdout.write(`${arch}: skipped, ${found.missing}\n`);
    continue;
  }
  const cases = chosenCases().filter((one) => isFor(one, arch, found.glibc));
  const own = await runCases(cases, found.ground);
  for (const result of own)
    if (!isGood(result)) process.stdout.write(`${await shorter(result, found.ground)}\n\n`);
  results.push(...own);
}
endStarters();
process.stdout.write(`${table(results)}\n`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify(results, undefined, 1)}\n`);
if (values.junit !== undefined) writeFileSync(values.junit, junit(results));
process.exitCode = results.length > 0 && results.every(isGood) ? 0 : 1;
