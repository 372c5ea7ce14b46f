/**
 * `npm run matrix [-- VERSION-ARCH ...] [--without-programs]`: every ABI that can be fetched. Progress goes to
 * standard error, the table and what is wrong to standard output; the status says whether all is well.
 */

import { faults, matrixRow, matrixTable, type Row } from "./matrix.ts";
import { releases } from "./trees.ts";

const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const programs = !process.argv.includes("--without-programs");
const chosen = releases.filter(
  ({ glibc, arch }) => names.length === 0 || names.includes(`${glibc}-${arch}`),
);

/** One line that is written over on a terminal; elsewhere only what is worth a line of its own. */
function progressOf(label: string): (line: string) => void {
  if (process.stderr.isTTY) return (line) => void process.stderr.write(`\r\x1b[K${label}: ${line}`);
  let last = "";
  return (line) => {
    const phase = line.replace(/ \d+(?:\/| of )\d+.*$/, "");
    if (phase !== last) process.stderr.write(`${label}: ${phase}\n`);
    last = phase;
  };
}

const rows: Row[] = [];
for (const [index, release] of chosen.entries()) {
  const label = `[${index + 1}/${chosen.length}] ${release.glibc} ${release.arch}`;
  rows.push(await matrixRow(release, { programs }, progressOf(label)));
}
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
for (const row of rows) {
  for (const fault of faults(row))
    process.stdout.write(`${row.release.glibc} ${row.release.arch}: ${fault}\n`);
  if (!("missing" in row) && process.argv.includes("--unfit"))
    for (const line of row.programs?.unfit ?? []) process.stdout.write(`unfit: ${line}\n`);
}
process.stdout.write(`${matrixTable(rows)}\n`);
process.exitCode = rows.some((row) => faults(row).length > 0) ? 1 : 0;
