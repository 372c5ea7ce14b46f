/**
 * The suite's own test: a linker that differs from glibc's in one text, or that does nothing, is found
 * out. Without this, a suite that compares nothing would look like a suite that passes.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { difference, lineDifference, normalise } from "./compare.ts";
import { elfArch, programInterpreter, withInterpreter } from "./elf.ts";
import { referencePath, workFolder } from "./linkers.ts";
import { type Outcome, run } from "./run.ts";

const reference = referencePath("x86_64");
const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** Runs `/bin/echo` in a linker's direct way, with a library path that does not exist. */
function runUnder(linker: string, program: string): Promise<Outcome> {
  return run({
    file: linker,
    arguments: [program, "hello"],
    environment,
    folder: "/",
    timeout: 10_000,
  });
}

/** glibc's linker with one byte of one message changed. */
function misspelled(linker: string): string {
  const bytes = readFileSync(linker);
  const text = "cannot open shared object file";
  const at = bytes.indexOf(text);
  bytes.write("Cannot", at, "latin1");
  const path = join(workFolder, "misspelled-linker");
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(path, bytes);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(reference === undefined)("a linker that is wrong is found out", () => {
  test("one that misspells a message", async () => {
    const linker = misspelled(reference ?? "");
    const right = await runUnder(reference ?? "", "/absent/program");
    const wrong = await runUnder(linker, "/absent/program");
    expect(right.status).toBe(127);
    const clean = (outcome: Outcome, path: string): Outcome =>
      normalise(outcome, [{ find: path, put: "<linker>" }]);
    expect(difference(clean(right, reference ?? ""), clean(wrong, linker))).toContain("+ ");
  });

  test("one that runs nothing", async () => {
    const right = await runUnder(reference ?? "", "/bin/echo");
    const wrong = await runUnder("/bin/false", "/bin/echo");
    expect(right.stdout).toBe("hello\n");
    expect(difference(right, wrong)).toMatch(/exit status 0[\s\S]*exit status 1[\s\S]*- hello/);
  });

  test("one that hangs", async () => {
    const outcome = await run({
      file: "/bin/sleep",
      arguments: ["60"],
      environment,
      folder: "/",
      timeout: 200,
    });
    expect(outcome.timedOut).toBe(true);
  });

  test("glibc's own equals itself", async () => {
    const [one, other] = [
      await runUnder(reference ?? "", "/bin/echo"),
      await runUnder(reference ?? "", "/bin/echo"),
    ];
    expect(difference(one, other)).toBeUndefined();
  });
});

describe("differences are readable", () => {
  test("only the lines that differ, with some around", () => {
    expect(lineDifference("a\nb\nc\nd\n", "a\nb\nX\nd\n")).toBe(
      "    a\n    b\n  - c\n  + X\n    d\n    ",
    );
  });
  test("equal texts have none", () => {
    expect(lineDifference("same", "same")).toBeUndefined();
  });
});

describe("PT_INTERP", () => {
  const bytes = readFileSync("/bin/true");
  test("is read and rewritten", () => {
    expect(elfArch(bytes)).toBeDefined();
    const changed = withInterpreter(bytes, "/tmp/x/linker");
    expect(programInterpreter(changed)).toBe("/tmp/x/linker");
    expect(changed.length).toBe(bytes.length);
  });
  test("must have room", () => {
    expect(() => withInterpreter(bytes, "/a".repeat(100))).toThrow("does not fit");
  });
});
