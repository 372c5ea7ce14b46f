/**
 * `npm run foreign [-- --part short|long] [ROW ...]`: suites and programs that others wrote, under glibc's linker
 * and under ours. A test counts when it passes under glibc's in the same run; then it must pass under ours.
 * `npx tsx test/foreign/run.ts packages [--part short]` prints the Debian packages of the rows. The table goes to
 * standard output; the results, and what failing tests said, to `.cache/test/foreign/`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workFolder } from "../harness/linkers.ts";
import { whyNotEnclosed } from "./enclosure.ts";
import type { Row } from "./row.ts";
import { rows } from "./rows/index.ts";
import { makeWorkplace, type RowResult, removeWorkplace, runRow } from "./suite.ts";
import { rowText, table } from "./table.ts";

/** Starts of what may fail now and then: few in the short part, which every run has. */
const STARTS = { short: 20, long: 100 } as const;

const { values, positionals } = parseArgs({
  options: { part: { type: "string" } },
  allowPositionals: true,
});
const names = positionals.filter((name) => name !== "packages");
const unknown = names.find((name) => !rows.some((row) => row.name === name));
if (unknown !== undefined || !["short", "long", undefined].includes(values.part)) {
  process.stderr.write("usage: npm run foreign [-- --part short|long] [ROW ...]\n");
  process.stderr.write(`rows: ${rows.map(({ name }) => name).join(" ")}\n`);
  process.exit(2);
}
const chosen = rows.filter(
  ({ name, part }) =>
    (names.length === 0 || names.includes(name)) && part === (values.part ?? part),
);

/** Runs the rows and says of each what became of it. */
async function runAll(wanted: readonly Row[]): Promise<readonly RowResult[]> {
  const logs = join(workFolder, "foreign");
  const place = makeWorkplace(logs, values.part === "short" ? STARTS.short : STARTS.long);
  const results: RowResult[] = [];
  try {
    for (const row of wanted) {
      const result = await runRow(row, place);
      process.stdout.write(`${rowText(result)}\n`);
      results.push(result);
      writeFileSync(join(logs, "results.json"), `${JSON.stringify(results, undefined, 1)}\n`);
    }
  } finally {
    removeWorkplace(place);
  }
  return results;
}

const obstacle = whyNotEnclosed();
if (positionals[0] === "packages") {
  const packages = new Set(chosen.flatMap((row) => row.packages));
  process.stdout.write(`${[...packages].join(" ")}\n`);
} else if (obstacle !== undefined) {
  process.stdout.write(`0 passed, 0 failed, ${chosen.length} rows skipped: ${obstacle}\n`);
} else {
  const results = await runAll(chosen);
  process.stdout.write(`\n${table(results)}\n`);
  const isFailed = results.some(({ judgements }) =>
    judgements.some(({ result }) => result === "failed"),
  );
  process.exitCode = isFailed ? 1 : 0;
}
