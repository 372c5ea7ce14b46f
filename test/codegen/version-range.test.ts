import { describe, expect, test } from "vitest";
import { describeRange, isInRange, versionRange } from "../../codegen/version-range.ts";

describe("the versions that an optional file is for", () => {
  test.each([
    ["/* glibc: 2.41- */\n", "2.40", false, "2.41 and later"],
    ["/* glibc: 2.41- */\n", "2.41", true, "2.41 and later"],
    ["/* glibc: 2.41- */\n", "2.100", true, "2.41 and later"],
    ["/* glibc: -2.34 */\n", "2.34", true, "2.34 and earlier"],
    ["/* glibc: -2.34 */\n", "2.35", false, "2.34 and earlier"],
    ["/* glibc: 2.35-2.40 */\nint x;\n", "2.40", true, "2.35 to 2.40"],
    ["/* glibc: 2.35-2.40 */\nint x;\n", "2.9", false, "2.35 to 2.40"],
  ])("%j and %s", (text, version, expected, words) => {
    const range = versionRange(text);
    expect(range).toBeDefined();
    expect(range && isInRange(range, version)).toBe(expected);
    expect(range && describeRange(range)).toBe(words);
  });

  test("a file without such a line is for all", () => {
    expect(versionRange("/* Something else, glibc: 2.41- */\n")).toBeUndefined();
  });

  test.each([
    "/* glibc: - */\n",
    "/* glibc: 2.41 */\n",
    "/* glibc: new */\n",
    "/* glibc: 2.41- */",
  ])("%j is a mistake", (text) => {
    expect(() => versionRange(text)).toThrow("the first line");
  });
});
