/**
 * Files with one thing changed: what glibc's linker runs, ours runs with the same output; what it refuses,
 * ours refuses with the same words; where it crashes, ours ends in an error or runs.
 *
 * By default each file is met in one way, another from file to file; `WINE_LD_TEST_FULL=1`: in every way.
 */
import { afterAll, describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { headerEdits } from "./edits-of-headers.ts";
import { programHeaderEdits, segmentEdits } from "./edits-of-segments.ts";
import { definitionEdits, symbolEdits } from "./edits-of-symbols.ts";
import { tableEdits } from "./edits-of-tables.ts";
import { type Kind, type Meeting, meetings, removeBuilt, tryEdit } from "./meetings.ts";
import type { NamedEdit } from "./named-edit.ts";

const editsOf: Readonly<Record<Kind, readonly NamedEdit[]>> = {
  library: [...headerEdits, ...segmentEdits, ...tableEdits, ...symbolEdits, ...definitionEdits],
  program: [...headerEdits, ...segmentEdits, ...programHeaderEdits, ...tableEdits, ...symbolEdits],
};

const full = process.env["WINE_LD_TEST_FULL"] === "1";

function waysOf(kind: Kind, turn: number): readonly Meeting[] {
  const all = meetings[kind];
  return full ? all : all.filter((_, index) => index === turn % all.length);
}

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      afterAll(() => removeBuilt(arch));
      for (const kind of ["library", "program"] as const)
        for (const [turn, edit] of editsOf[kind].entries())
          test(`${kind}, ${edit.name}`, async () => {
            const wrong = await tryEdit(kind, edit, arch, waysOf(kind, turn));
            if (wrong.length > 0) expect.fail(wrong.join("\n"));
          });
    },
  );
}
