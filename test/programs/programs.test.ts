/**
 * Every case under both linkers, on every architecture, in both ways of starting, with lazy and with
 * immediate binding.
 */
import { describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { whyNotSecure } from "../harness/secure-start.ts";
import { caseRuns, compareInvocation, glibcOf } from "./case.ts";
import { allCases } from "./cases/index.ts";

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const { name, testCase, invocation, way, binding } of caseRuns(
        allCases,
        arch,
        glibcOf(arch),
      )) {
        const why = invocation.setuidUser !== undefined ? whyNotSecure() : undefined;
        test.skipIf(why !== undefined)(why === undefined ? name : `${name}: ${why}`, async () => {
          const wrong = await compareInvocation(testCase, invocation, arch, way, binding);
          if (wrong !== undefined) expect.fail(wrong);
        });
      }
    },
  );
}
