/** A vitest reporter for programs: one line of JSON for each test that is found or has ended. */
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What a line says. */
export type ReportLine =
  | { readonly found: number }
  | {
      readonly name: string;
      readonly state: "passed" | "failed" | "skipped";
      readonly wrong?: string;
    };

function say(line: ReportLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Loaded by vitest: `--reporter=test/matrix/reporter.ts`. */
export default class LineReporter implements Reporter {
  onTestModuleCollected(module: TestModule): void {
    say({ found: [...module.children.allTests()].length });
  }

  onTestModuleEnd(module: TestModule): void {
    for (const error of module.errors())
      say({ name: module.moduleId, state: "failed", wrong: error.message });
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state === "pending") return;
    const wrong = errors?.[0]?.message;
    say({ name: test.fullName, state, ...(wrong !== undefined && { wrong }) });
  }
}
