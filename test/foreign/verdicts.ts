/** From what commands said to what counts: readers of suites' results and the comparison of two runs. Pure. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ending } from "../harness/compare.ts";
import type { Outcome } from "../harness/run.ts";
import type { ForeignTest, Reader, Verdict, Verdicts } from "./row.ts";

const PASS: Verdict = { state: "pass", why: "" };
const WIDTH = 160;

/** The first line of a text that is not empty, cut to a width that a terminal shows. */
function firstLine(text: string): string {
  const line = text.split("\n").find((one) => one.trim() !== "") ?? "";
  return line.trim().slice(0, WIDTH);
}

/** The verdicts of a test: by its reader, else by status and output. */
export function read(test: ForeignTest, outcome: Outcome, folder: string): Verdicts {
  if (test.read !== undefined) return test.read(outcome, folder);
  return new Map([[test.name, byStatus(outcome, test.expects)]]);
}

function byStatus(outcome: Outcome, expects: RegExp | undefined): Verdict {
  const said = firstLine(lastWords(outcome.stderr) || outcome.stdout);
  if (outcome.status !== 0) return { state: "fail", why: `${ending(outcome)}: ${said}` };
  if (expects === undefined || expects.test(outcome.stdout)) return PASS;
  return { state: "fail", why: `says something else: ${firstLine(outcome.stdout)} ${said}` };
}

/** The last line of an error message says most. */
function lastWords(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** stress-ng ends with status 0 when a stressor did nothing: what it says then is a skip. */
export function stressor(name: string): Reader {
  return (outcome) => {
    const said = /(?:skipping stressor|disabled '|no stress workers).*/i.exec(
      `${outcome.stdout}${outcome.stderr}`,
    )?.[0];
    const found: Verdict =
      said === undefined
        ? byStatus({ ...outcome, stderr: complaint(outcome) }, undefined)
        : { state: "skip", why: complaint(outcome) || said };
    return new Map([[name, found]]);
  };
}

/** stress-ng's first complaint, without its process numbers. */
function complaint(outcome: Outcome): string {
  const line = /stress-ng: (?:fail|error|warn): +(.*)|.*skipping stressor.*/.exec(
    `${outcome.stdout}${outcome.stderr}`,
  );
  return (line?.[1] ?? line?.[0] ?? "").replace(/\[\d+\] /g, "");
}

/** The lines of Perl's prove: "op/die.t .. ok", a verdict for each file. */
export const prove: Reader = (outcome) => {
  const verdicts = new Map<string, Verdict>();
  for (const [, name = "", said = ""] of outcome.stdout.matchAll(/^(\S+\.t) \.+ (.*)$/gm)) {
    const reason = /^skipped: (.*)/.exec(said)?.[1];
    if (reason !== undefined) verdicts.set(name, { state: "skip", why: firstLine(reason) });
    else
      verdicts.set(
        name,
        said.startsWith("ok") ? PASS : { state: "fail", why: said.trim() || "subtests" },
      );
  }
  if (verdicts.size === 0) verdicts.set("the whole", byStatus(outcome, undefined));
  return verdicts;
};

/** The file results.xml that CPython's test runner writes, a verdict for each test method. */
export const junit: Reader = (outcome, folder) => {
  const file = join(folder, "results.xml");
  const verdicts = new Map<string, Verdict>();
  if (existsSync(file)) {
    for (const [name, verdict] of junitVerdicts(readFileSync(file, "utf8")))
      verdicts.set(name, verdict);
  }
  if (verdicts.size === 0) verdicts.set("the whole", byStatus(outcome, /^$/));
  return verdicts;
};

/** A `<testcase>` holds nothing, or what went wrong, or why it was skipped. */
function* junitVerdicts(text: string): Generator<readonly [string, Verdict]> {
  const cases = /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, name = "", content = ""] of text.matchAll(cases)) {
    const skipped = /<skipped[^>]*>([\s\S]*?)<\/skipped>/.exec(content);
    const wrong = /<(?:failure|error)\b[^>]*>([\s\S]*?)<\/(?:failure|error)>/.exec(content);
    if (wrong !== null)
      yield [name, { state: "fail", why: firstLine(lastWords(plain(wrong[1] ?? ""))) }];
    else if (skipped !== null) yield [name, { state: "skip", why: firstLine(skipped[1] ?? "") }];
    else yield [name, PASS];
  }
}

function plain(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A test that counts, or the reason why it does not. */
export interface Judgement {
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly why: string;
}

/** A test counts when it passes under glibc's linker; then it must pass under the one under test. */
export function judge(reference: Verdicts, subject: Verdicts): readonly Judgement[] {
  const names = [...new Set([...reference.keys(), ...subject.keys()])];
  return names.map((name) => {
    const expected = reference.get(name);
    const found = subject.get(name);
    if (expected?.state === "skip") return { name, result: "skipped", why: expected.why };
    if (expected?.state === "fail")
      return { name, result: "skipped", why: `fails under glibc's linker too: ${expected.why}` };
    if (found?.state === "pass" && expected !== undefined)
      return { name, result: "passed", why: "" };
    if (expected === undefined)
      return { name, result: "failed", why: `not seen under glibc's linker: ${found?.why}` };
    return { name, result: "failed", why: found === undefined ? "did not run" : found.why };
  });
}
