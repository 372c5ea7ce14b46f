/**
 * `npm run refusals [-- ARCH ...]`: the whole refusal matrix. Rows go to standard output as they are made; the
 * status says whether all are as under glibc.
 */
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { ways } from "../harness/start.ts";
import { lifeName, lives, refusalRow, rulesOfLife } from "./matrix.ts";
import { refusals } from "./rules.ts";

const asked = process.argv.slice(2);
let wrong = 0;
for (const arch of arches.filter((one) => asked.length === 0 || asked.includes(one))) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  if (missing !== undefined) {
    process.stdout.write(`${arch}: skipped, ${missing}\n`);
    continue;
  }
  for (const life of lives(arch, ways)) {
    const rules = await rulesOfLife(life);
    process.stdout.write(`${lifeName(life)}: ${rules.length} calls of our own\n`);
    for (const rule of rules) {
      const words: string[] = [];
      for (const what of Object.keys(refusals)) {
        const row = await refusalRow(life, rule, what);
        if (row.wrong !== undefined) {
          wrong++;
          process.stdout.write(`${what}: ${row.wrong}\n`);
        }
        words.push(`${what} ${row.wrong === undefined ? "ok" : "WRONG"}`);
      }
      process.stdout.write(`  ${rule.name}: ${words.join(", ")}\n`);
    }
  }
}
process.stdout.write(`${wrong} refusals are not as under glibc\n`);
process.exitCode = wrong === 0 ? 0 : 1;
