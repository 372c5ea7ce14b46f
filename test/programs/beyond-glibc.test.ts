/** What glibc's ld.so does not promise and gets wrong: it is no reference here. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildAll, whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { buildOf, type ProgramCase } from "./case.ts";

const cases: readonly ProgramCase[] = [
  ...["gnu", "gnu2"].map((dialect) => ({
    name: `first use of a thread variable in a signal handler, -mtls-dialect=${dialect}`,
    targets: [
      {
        output: "liblarge.so",
        sources: ["tls-signals/library.c"],
        flags: [`-mtls-dialect=${dialect}`],
      },
      { output: "main", sources: ["tls-signals/main.c"] },
    ],
  })),
  {
    name: "calls that an auditor follows to their return",
    targets: [
      { output: "libcalls.so", sources: ["audit/calls_library.c"], flags: ["-Wl,-z,lazy"] },
      { output: "libframes.so", sources: ["audit/calls_auditor.c"], flags: ["-DQUIET"] },
      {
        output: "main",
        sources: ["audit/calls_beyond.c"],
        needs: ["libcalls.so"],
        flags: ["-Wl,-z,lazy", "-lm"],
      },
    ],
    invocations: [{ environment: { LD_AUDIT: "libframes.so" } }],
  },
  {
    name: "calls whose arguments an auditor does not count",
    targets: [
      { output: "libcalls.so", sources: ["audit/calls_library.c"], flags: ["-Wl,-z,lazy"] },
      {
        output: "libframes.so",
        sources: ["audit/calls_auditor.c"],
        flags: ["-DQUIET", "-DFRAME=0"],
      },
      {
        output: "main",
        sources: ["audit/calls_beyond.c"],
        needs: ["libcalls.so"],
        flags: ["-Wl,-z,lazy", "-lm"],
      },
    ],
    invocations: [{ environment: { LD_AUDIT: "libframes.so" } }],
  },
  {
    name: "a destructor opens what is being unloaded",
    targets: [
      { output: "libone.so", sources: ["dl/reopen-one.c"] },
      { output: "libuser.so", sources: ["dl/reopen-user.c"], needs: ["libone.so"] },
      { output: "main", sources: ["dl/reopen.c"], flags: ["-rdynamic"] },
    ],
  },
];

describe("beyond glibc", () => {
  for (const arch of arches) {
    const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
    for (const testCase of cases) {
      test.skipIf(missing !== undefined)(`${testCase.name} (${arch})`, async () => {
        const out = buildAll(buildOf(testCase), arch);
        const tree = systemTree(arch);
        const begin = start("subject", "direct", {
          path: join(out, "main"),
          arch,
          ...(tree === undefined ? {} : { libraryPath: tree.libraryPath }),
        });
        const outcome = await run({
          file: begin.file,
          arguments: begin.arguments,
          environment: { ...begin.environment, ...testCase.invocations?.[0]?.environment },
          folder: out,
          timeout: 20_000,
        });
        expect(outcome.stdout).toBe("all holds\n");
      });
    }
  }
});
