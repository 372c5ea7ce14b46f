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

/** Times differ from run to run, and what the linker binds for itself from linker to linker. */
async function statistics(role: Role): Promise<readonly string[]> {
  const lines = await story(role, "statistics", ["/bin/bash", "-c", "true"]);
  return lines.map((line) => line.replaceAll(/\d+/g, "NUMBER"));
}

function numberOf(lines: readonly string[], what: string): number {
  return Number(lines.find((line) => line.includes(what))?.split(": ")[1]);
}

describe("LD_DEBUG=statistics", () => {
  it.skipIf(whyNotComparable("x86_64") !== undefined)("has the lines of glibc's", async () => {
    const expected = await statistics("reference");
    expect(expected.length).toBeGreaterThan(8);
    expect(await statistics("subject")).toEqual(expected);
  });

  it.skipIf(whyNotComparable("x86_64") !== undefined)(
    "counts what is bound, but for glibc's linker itself",
    async () => {
      const own = new Set<number>();
      for (const program of ["/bin/bash", "/bin/ls", "/usr/bin/sort"]) {
        const expected = await story("reference", "statistics", [program, "/dev/null"]);
        const found = await story("subject", "statistics", [program, "/dev/null"]);
        const cached = "number of relocations from cache";
        expect(numberOf(found, cached)).toBe(numberOf(expected, cached));
        const what = "   number of relocations";
        own.add(numberOf(expected, what) - numberOf(found, what));
      }
      expect(own.size).toBe(1);
    },
  );
});
