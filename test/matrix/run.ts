/**
 * `npm run matrix [-- VERSION-ARCH ...] [--part N]`: every ABI that can be fetched. `--part N` runs one of N of
 * our own tests (0: none). Progress goes to standard error, the table and what is wrong to standard output; the
 * status says whether all is well.
 */

import { parseArgs } from "node:util";
import { faults, matrixRow, matrixTable, type Row } from "./matrix.ts";
import { type Release, releases } from "./trees.ts";

const { values, positionals: names } = parseArgs({
  options: { part: { type: "string", default: "1" } },
  allowPositionals: true,
});
const part = Number(values.part);
const unknown = names.find((name) => !releases.some((one) => name === nameOf(one)));
if (unknown !== undefined || !Number.isInteger(part) || part < 0) {
  process.stderr.write(`usage: npm run matrix [-- ${releases.map(nameOf).join(" ")}] [--part N]\n`);
  process.exit(2);
}
const chosen = releases.filter((one) => names.length === 0 || names.includes(nameOf(one)));

function nameOf({ glibc, arch }: Release): string {
  return `${glibc}-${arch}`;
}

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
  const row = await matrixRow(release, { part }, progressOf(label));
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  for (const fault of faults(row)) process.stdout.write(`${nameOf(release)}: ${fault}\n`);
  rows.push(row);
}
process.stdout.write(`${matrixTable(rows)}\n`);
process.exitCode = rows.some((row) => faults(row).length > 0) ? 1 : 0;
