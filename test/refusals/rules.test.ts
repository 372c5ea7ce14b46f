/** The derivation of what can be refused, on traces made by hand. */
import { expect, test } from "vitest";
import { TARGETS } from "../../codegen/targets.ts";
import { extraRules, parseTrace } from "./rules.ts";

const target = TARGETS.x86_64;
const trace = (...lines: readonly string[]) => parseTrace(`${lines.join("\n")}\n`, target);

test("a call that only one run makes is a rule, whatever its arguments", () => {
  const ours = trace("135 0xffffffff 0 0 0 0 0", "3 0x5 0 0 0 0 0");
  const theirs = trace("3 0x4 0 0 0 0 0");
  expect(extraRules(ours.all, theirs.all, target)).toEqual([{ text: "135", name: "personality" }]);
});

test("of a call that both make, a flag is a rule", () => {
  const ours = trace("9 0x1000 0x1000 0x1 0x100002 0x3 0");
  const theirs = trace("9 0 0x2000 0x1 0x2 0x3 0");
  expect(extraRules(ours.all, theirs.all, target)).toEqual([
    { text: "9:3&0x100000", name: "mmap(argument 3 & 0x100000)" },
  ]);
});

test("calls after the mark are told apart", () => {
  const both = trace("14 0 0 0 0x8 0 0", "3 0xfffffc17 0 0 0 0 0", "13 0 0 0 0 0 0");
  expect(both.all.length).toBe(3);
  expect(both.later.map(({ number }) => number)).toEqual([13]);
});

test("a call without a name here is a rule by its number", () => {
  const ours = trace("9999 0 0 0 0 0 0");
  expect(extraRules(ours.all, [], target)).toEqual([{ text: "9999", name: "call 9999" }]);
});
