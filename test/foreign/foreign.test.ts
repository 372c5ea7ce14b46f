/** The runner of the foreign suites: what it takes for passed, and that a failure cannot be overlooked. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Outcome } from "../harness/run.ts";
import { whyNotEnclosed } from "./enclosure.ts";
import type { Row, Verdict } from "./row.ts";
import { rows } from "./rows/index.ts";
import { makeWorkplace, removeWorkplace, runRow } from "./suite.ts";
import { count, inWords, rowText, table } from "./table.ts";
import { judge, junit, prove, read, stressor } from "./verdicts.ts";

const pass: Verdict = { state: "pass", why: "" };
const fail = (why: string): Verdict => ({ state: "fail", why });
const skip = (why: string): Verdict => ({ state: "skip", why });

const outcome = (fields: Partial<Outcome>): Outcome => ({
  stdout: "",
  stderr: "",
  status: 0,
  signal: null,
  timedOut: false,
  ...fields,
});

describe("what a command said", () => {
  test("a status other than 0 fails, and so does another output", () => {
    const one = { name: "one", command: "", expects: /^42$/m };
    const verdictOf = (said: Outcome) => read(one, said, "").get("one");
    expect(verdictOf(outcome({ stdout: "42\n" }))).toEqual(pass);
    expect(verdictOf(outcome({ stdout: "41\n" }))?.state).toBe("fail");
    expect(verdictOf(outcome({ stdout: "42\n", status: 3, stderr: "a\nb\n" }))).toEqual(
      fail("exit status 3: b"),
    );
    expect(verdictOf(outcome({ stdout: "42\n", status: null, signal: "SIGSEGV" }))?.why).toBe(
      "killed by SIGSEGV: 42",
    );
  });

  test("stress-ng: a stressor that did nothing has not passed", () => {
    const verdictOf = (said: Partial<Outcome>) => stressor("brk")(outcome(said), "").get("brk");
    expect(verdictOf({ stderr: "stress-ng: info:  [1] successful run completed" })).toEqual(pass);
    const skipped = "stress-ng: info:  [1] brk: no mmap, errno=22, skipping stressor\n";
    expect(verdictOf({ stderr: skipped })?.state).toBe("skip");
    const failed = { status: 2, stderr: "stress-ng: fail:  [7] brk: wrong\n" };
    expect(verdictOf(failed)).toEqual(fail("exit status 2: brk: wrong"));
  });

  test("prove: a verdict for each file", () => {
    const stdout = [
      "op/a.t .... ok",
      "op/b.t .... Failed 1/3 subtests ",
      "op/c.t .... skipped: no fork",
      "Result: FAIL",
    ].join("\n");
    expect([...prove(outcome({ stdout, status: 1 }), "")]).toEqual([
      ["op/a.t", pass],
      ["op/b.t", fail("Failed 1/3 subtests")],
      ["op/c.t", skip("no fork")],
    ]);
  });

  test("CPython: a verdict for each method; without a file the module failed", () => {
    const folder = mkdtempSync(join(tmpdir(), "junit-"));
    const results = [
      '<testsuites><testsuite><testcase name="a" status="run" time="0.1" />',
      '<testcase name="b" time="0.1"><skipped>Windows</skipped></testcase>',
      '<testcase name="c" time="0.1"><failure type="F">Traceback\nAssertionError: 1 &lt; 2</failure></testcase>',
      '<testcase name="d" time="0.1"><system-out>x</system-out></testcase></testsuite></testsuites>',
    ];
    writeFileSync(join(folder, "results.xml"), results.join(""));
    expect([...junit(outcome({ status: 2 }), folder)]).toEqual([
      ["a", pass],
      ["b", skip("Windows")],
      ["c", fail("AssertionError: 1 < 2")],
      ["d", pass],
    ]);
    rmSync(folder, { recursive: true });
    expect(junit(outcome({ signal: "SIGSEGV", status: null }), folder).get("the whole")?.why).toBe(
      "killed by SIGSEGV: ",
    );
  });
});

describe("two runs", () => {
  const results = (reference: Verdict | undefined, subject: Verdict | undefined) => {
    const verdicts = (one: Verdict | undefined) =>
      new Map<string, Verdict>(one === undefined ? [] : [["t", one]]);
    return judge(verdicts(reference), verdicts(subject)).map(({ result }) => result);
  };

  test("a test counts when it passes under glibc's linker; then it must pass", () => {
    expect(results(pass, pass)).toEqual(["passed"]);
    expect(results(pass, fail("x"))).toEqual(["failed"]);
    expect(results(pass, skip("x"))).toEqual(["failed"]);
    expect(results(pass, undefined)).toEqual(["failed"]);
    expect(results(undefined, pass)).toEqual(["failed"]);
    expect(results(fail("x"), fail("x"))).toEqual(["skipped"]);
    expect(results(skip("x"), pass)).toEqual(["skipped"]);
  });

  test("the table says how many, and why what was skipped", () => {
    const judgements = judge(
      new Map([
        ["a", pass],
        ["b", pass],
        ["c", skip("no fork")],
        ["d", skip("no fork")],
      ]),
      new Map([
        ["a", pass],
        ["b", fail("broke")],
      ]),
    );
    const result = { row: "r", judgements, seconds: 1 };
    expect(inWords(count(judgements))).toBe("1 passed, 1 failed, 2 skipped");
    expect(rowText(result)).toContain("FAILED b: broke");
    expect(table([result])).toContain("r: c and 1 more: no fork");
    expect(table([result]).split("\n").at(-1)).toBe("1 passed, 1 failed, 2 skipped");
  });
});

describe("a row", () => {
  const place = makeWorkplace(mkdtempSync(join(tmpdir(), "foreign-logs-")), 1);
  afterAll(() => {
    removeWorkplace(place);
    rmSync(place.logs, { recursive: true });
  });
  const row = (fields: Partial<Row>): Row => ({
    name: "r",
    packages: [],
    part: "short",
    tests: [],
    ...fields,
  });
  const isPossible = whyNotEnclosed() === undefined;

  test.skipIf(!isPossible)(
    "each run has its linker, for root and for an ordinary user",
    async () => {
      const whose = 'gcc -o "$PREPARED/whose" "$SOURCES/whose.c"';
      for (const isOrdinary of [false, true]) {
        const command = '[ "$("$PREPARED/whose")" = "$LINKER" ] && id -u';
        const expects = isOrdinary ? /^64999$/m : /^0$/m;
        const tests = [{ name: "t", command, expects }];
        const { judgements } = await runRow(row({ prepare: whose, isOrdinary, tests }), place);
        expect(judgements).toEqual([{ name: "t", result: "passed", why: "" }]);
      }
    },
  );

  test.skipIf(!isPossible)("what goes wrong under one linker alone is a failure", async () => {
    const tests = [{ name: "t", command: '[ "$LINKER" = glibc ]' }];
    const { judgements } = await runRow(row({ tests }), place);
    expect(judgements).toEqual([{ name: "t", result: "failed", why: "exit status 1: " }]);
  });

  test.skipIf(!isPossible)("nothing that a script started outlives it", async () => {
    const tests = [{ name: "t", command: "setsid sleep 987654 & sleep 987653 & true" }];
    await runRow(row({ tests }), place);
    const found = await runRow(
      row({ tests: [{ name: "t", command: "pgrep -f 98765[34]" }] }),
      place,
    );
    expect(found.judgements[0]?.result).toBe("skipped");
  });

  test("a package that is missing is named", async () => {
    const { judgements } = await runRow(row({ packages: ["no-such-package"] }), place);
    expect(judgements[0]?.why).toBe("not installed: no-such-package");
  });

  test("names of rows and tests are their own", () => {
    const names = rows.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { tests } of rows)
      expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
  });
});
