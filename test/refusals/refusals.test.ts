/**
 * The short form of the refusal matrix (`npm run refusals` is the whole): both architectures, one way of
 * starting for each time from which calls are refused, a plain refusal and the end of the process.
 */
import { describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { type Life, lifeName, lives, refusalRow, rulesOfLife } from "./matrix.ts";

const shortRefusals = ["EPERM", "KILL"];

/** With everything before the start; with each stage alone later, as an interpreter. */
function isShort({ way, when, stages }: Life): boolean {
  return when === "before" ? way === "direct" && stages.length > 0 : way === "interp";
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      const chosen = lives(arch, ["direct", "interp"]).filter(isShort);
      test.each(chosen.map((life) => [lifeName(life), life] as const))("%s", async (_, life) => {
        const wrong: string[] = [];
        for (const rule of await rulesOfLife(life)) {
          for (const what of shortRefusals) {
            const row = await refusalRow(life, rule, what);
            if (row.wrong !== undefined) wrong.push(`${rule.name}, ${what}: ${row.wrong}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    },
  );
}
