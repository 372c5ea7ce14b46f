/**
 * Every case under both linkers, on every architecture, in both ways of starting, with lazy and with
 * immediate binding.
 */
import { describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { ways } from "../harness/start.ts";
import { bindings, compareInvocation, type Invocation, type ProgramCase } from "./case.ts";
import { dlCases } from "./cases/dl.ts";
import { initCases } from "./cases/init.ts";
import { loadingCases } from "./cases/loading.ts";
import { processCases } from "./cases/process.ts";
import { symbolCases } from "./cases/symbols.ts";
import { tlsCases } from "./cases/tls.ts";

const allCases: readonly ProgramCase[] = [
  ...symbolCases,
  ...tlsCases,
  ...initCases,
  ...loadingCases,
  ...dlCases,
  ...processCases,
];

const plain: readonly Invocation[] = [{}];

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      for (const testCase of allCases.filter((one) => one.arches?.includes(arch) ?? true)) {
        for (const invocation of testCase.invocations ?? plain) {
          const name = [testCase.name, invocation.label]
            .filter((part) => part !== undefined)
            .join(": ");
          for (const way of invocation.options === undefined
            ? (invocation.ways ?? ways)
            : (["direct"] as const)) {
            for (const binding of invocation.bindings ?? bindings) {
              test(`${name} (${way}, ${binding})`, async () => {
                const wrong = await compareInvocation(testCase, invocation, arch, way, binding);
                if (wrong !== undefined) expect.fail(wrong);
              });
            }
          }
        }
      }
    },
  );
}
