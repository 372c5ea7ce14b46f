/**
 * LD_DEBUG tells the same story as under glibc's ld.so: what is searched, loaded, checked, and in whose scope,
 * line by line, up to addresses.
 */
import { describe, expect, it } from "vitest";
import { linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";

async function story(
  role: Role,
  word: string,
  program: readonly string[],
): Promise<readonly string[]> {
  const linker = linkerPath(role, "x86_64");
  const outcome = await run({
    file: linker,
    arguments: program,
    environment: { LD_DEBUG: word, PATH: "/usr/bin:/bin" },
    folder: "/",
    timeout: 60_000,
  });
  return outcome.stderr.split("\n").map((line) =>
    line
      .replace(/^ *\d+:\t/, "")
      .replaceAll(/0x[0-9a-f]+/g, "ADDRESS")
      .replaceAll(linker, "LINKER"),
  );
}

describe.each(["libs", "files", "versions", "scopes"])("LD_DEBUG=%s", (word) => {
  it.each([
    [["/bin/true"]],
    [["/bin/ls", "/dev/null"]],
    [["/usr/bin/python3", "-c", "import ctypes"]],
  ])("of %j", async (program) => {
    const missing = whyNotComparable("x86_64");
    if (missing !== undefined) {
      console.warn(`SKIPPED: ${missing}`);
      return;
    }
    const expected = await story("reference", word, program);
    expect(expected.length).toBeGreaterThan(5);
    expect(await story("subject", word, program)).toEqual(expected);
  });
});
