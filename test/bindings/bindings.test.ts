/**
 * Every reference of large programs is bound to the same definition as under glibc's ld.so: the lines that
 * LD_DEBUG=bindings prints, as sets. What glibc's linker binds for itself (its malloc, its exceptions) is
 * left out: ours needs none of it.
 */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";

const programs: readonly (readonly string[])[] = [
  ["/bin/ls"],
  ["/usr/bin/python3", "-c", "import ssl, ctypes"],
  ["/usr/bin/gdb", "--version"],
  ["/usr/bin/ffmpeg", "-version"],
];

/** What ld.so looks up in libc and the vdso for its own use. */
const ownReferences =
  /`(?:__rtld_\w+|__vdso_\w+|__libc_early_init|__pthread_mutex_(?:un)?lock|_dl_(?:catch|signal)_\w+|(?:c|m|re)alloc|free)'/;

async function bindings(
  role: Role,
  program: readonly string[],
  now: boolean,
): Promise<readonly string[]> {
  const linker = linkerPath(role, "x86_64");
  const outcome = await run({
    file: linker,
    arguments: program,
    environment: {
      LD_DEBUG: "bindings",
      PATH: "/usr/bin:/bin",
      ...(now ? { LD_BIND_NOW: "1" } : {}),
    },
    folder: "/",
    timeout: 60_000,
  });
  const lines = outcome.stderr
    .split("\n")
    .map((line) => line.replace(/^ *\d+:\t/, "").replaceAll(linker, "LINKER"))
    .filter((line) => line.startsWith("binding file ") && !ownReferences.test(line));
  return [...new Set(lines)].sort();
}

describe.each(programs)("%s", (...program) => {
  it.each([false, true])("binds as under glibc, LD_BIND_NOW=%s", async (now) => {
    const missing =
      whyNotComparable("x86_64") ?? (existsSync(program[0] ?? "") ? undefined : "not installed");
    if (missing !== undefined) {
      console.warn(`SKIPPED ${program[0]}: ${missing}`);
      return;
    }
    const expected = await bindings("reference", program, now);
    expect(expected.length).toBeGreaterThan(100);
    expect(await bindings("subject", program, now)).toEqual(expected);
  });
});
