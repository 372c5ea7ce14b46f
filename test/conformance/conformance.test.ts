/** The conformance suite over our own linker: all hand-written cases and some random ones, and its own tests. */
import { afterAll, describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, referencePath } from "../harness/linkers.ts";
import { judge } from "./execute.ts";
import { groundOf, writtenCases } from "./grounds.ts";
import { parseCase, parseCases } from "./language.ts";
import { randomCase, shrink } from "./random.ts";
import { account, isGood, junit, table } from "./report.ts";
import { endStarters } from "./starter.ts";
import { isFor, type Result, runCases } from "./suite.ts";

/** Random cases of each run; `npm run conformance -- --random 2000` has the rest. */
const RANDOM = 10;

afterAll(endStarters);

for (const arch of arches) {
  const found = groundOf(arch);
  const missing = whyNotBuildable(arch) ?? ("missing" in found ? found.missing : undefined);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      if ("missing" in found) return;
      const random = Array.from({ length: RANDOM }, (_, index) => ({
        feature: "random graphs",
        case: parseCase(randomCase(index + 1)),
      }));
      const cases = [...writtenCases(), ...random].filter((one) => isFor(one, arch, found.glibc));
      const features = [...new Set(cases.map(({ feature }) => feature))];
      for (const feature of features) {
        test(feature, { timeout: 600_000 }, async () => {
          const own = cases.filter((one) => one.feature === feature);
          const results = await runCases(own, found.ground);
          expect(results.filter((one) => !isGood(one)).map(account)).toEqual([]);
        });
      }
    },
  );
}

describe("the language", () => {
  test("a word that is not understood is quoted", () => {
    expect(() => parseCase("main->a a=>b")).toThrow("not a definition: >b");
    expect(() => parseCase("main->a ?")).toThrow("not understood in a case: ?");
    expect(() => parseCase("main->a a<f(3)")).toThrow("not a use: f(3)");
  });

  test("a range stands for each of its numbers", () => {
    const names = parseCase("main->a1..3 a1..3=f { +b1..2 }").units.map(({ name }) => name);
    expect(names).toEqual(["main", "a1", "a2", "a3", "b1", "b2"]);
  });

  test("what a case is about stands behind its line", () => {
    expect(
      parseCases("# one\nmain->a // why\n// a line of its own\n# two\nmain->b").map(
        ({ feature }) => feature,
      ),
    ).toEqual(["one", "two"]);
  });

  test("a failing case is made as short as it can be", async () => {
    const text = "main->a,b a=f,g b->c { +c ?f ?g }";
    expect(await shrink(text, async (one) => /a=.*g/.test(one) && one.includes("?g"))).toBe(
      "a=g { ?g }",
    );
  });

  test("a seed always gives the same case", () => {
    expect(randomCase(7)).toBe(randomCase(7));
    expect(randomCase(7)).not.toBe(randomCase(8));
  });
});

describe("reports", () => {
  const results: readonly Result[] = [
    { feature: "one", text: "main->a", arch: "x86_64", verdict: { kind: "same" }, milliseconds: 5 },
    {
      feature: "one",
      text: "main<f()",
      arch: "i386",
      verdict: { kind: "different", variant: { way: "direct", binding: "lazy" }, text: "- <a>" },
      milliseconds: 5,
    },
  ];

  test("the table counts by feature", () => {
    expect(table(results).split("\n")[1]).toMatch(/^one +1 +1 +0 +0$/);
  });

  test("JUnit's XML has the difference, escaped", () => {
    expect(junit(results)).toContain('<testsuite name="one" tests="2" failures="1" errors="0">');
    expect(junit(results)).toContain("- &lt;a&gt;</failure>");
  });
});

describe.skipIf(referencePath("x86_64") === undefined)("what proves nothing is said", () => {
  test("a case whose program ends otherwise than it says", async () => {
    const found = groundOf("x86_64", referencePath("x86_64"));
    if ("missing" in found) throw new Error(found.missing);
    const verdict = await judge(parseCase("main->a @exit=3"), found.ground);
    expect(verdict.kind).toBe("void");
  });
});
