/** What a run of the foreign suites found, as text. Pure. */
import type { RowResult } from "./suite.ts";
import type { Judgement } from "./verdicts.ts";

const KINDS = ["passed", "failed", "skipped"] as const;

/** How many of each kind. */
export type Counts = Readonly<Record<(typeof KINDS)[number], number>>;

/** Counts of some judgements. */
export function count(judgements: readonly Judgement[]): Counts {
  const of = (kind: string) => judgements.filter(({ result }) => result === kind).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

/** "3 passed, 0 failed, 1 skipped" */
export function inWords(counts: Counts): string {
  return KINDS.map((kind) => `${counts[kind]} ${kind}`).join(", ");
}

/** A row's line, and one for each failure beneath it. */
export function rowText({ row, judgements, seconds }: RowResult): string {
  const failures = judgements
    .filter(({ result }) => result === "failed")
    .map(({ name, why }) => `  FAILED ${name}: ${why}`);
  return [`${row}: ${inWords(count(judgements))} (${seconds} s)`, ...failures].join("\n");
}

/** The final table, the reasons of all skips, and the sum in the last line. */
export function table(results: readonly RowResult[]): string {
  const width = Math.max(...results.map(({ row }) => row.length), 3);
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, index) => (index === 0 ? String(cell).padEnd(width) : String(cell).padStart(8)))
      .join(" ");
  const lines = results.map((one) => {
    const { passed, failed, skipped } = count(one.judgements);
    return line([one.row, passed, failed, skipped, `${one.seconds} s`]);
  });
  const reasons = results.flatMap(skips);
  const all = results.flatMap(({ judgements }) => judgements);
  return [
    line(["row", ...KINDS, "time"]),
    ...lines,
    "",
    ...(reasons.length === 0 ? [] : ["skipped:", ...reasons, ""]),
    inWords(count(all)),
  ].join("\n");
}

/** The skips of a row, one line for each reason. */
function skips({ row, judgements }: RowResult): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { name, result, why } of judgements) {
    if (result !== "skipped") continue;
    const known = names.get(why);
    if (known === undefined) names.set(why, [name]);
    else known.push(name);
  }
  return [...names].map(([why, [first = "", ...more]]) => {
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return `  ${row}: ${first}${others}: ${why}`;
  });
}
