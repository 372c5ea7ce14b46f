/**
 * Every reference of large programs is bound to the same definition as under glibc's ld.so: the lines that
 * LD_DEBUG=bindings prints, as sets. What glibc's linker binds for itself (its malloc, its exceptions) is
 * left out: ours needs none of it.
 */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";

/** Bound lazily only while they have one thread: glibc's linker mixes the lines of several. */
const programs: readonly {
  readonly words: readonly string[];
  readonly ways: readonly boolean[];
}[] = [
  { words: ["/bin/ls"], ways: [false, true] },
  { words: ["/usr/bin/python3", "-c", "import ssl, ctypes"], ways: [false, true] },
  { words: ["/usr/bin/gdb", "--version"], ways: [true] },
  { words: ["/usr/bin/ffmpeg", "-version"], ways: [false, true] },
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

describe.each(programs)("$words", ({ words, ways }) => {
  it.each([...ways])("binds as under glibc, LD_BIND_NOW=%s", async (now) => {
    const installed = existsSync(words[0] ?? "");
    const missing = whyNotComparable("x86_64") ?? (installed ? undefined : "not installed");
    if (missing !== undefined) {
      console.warn(`SKIPPED ${words[0]}: ${missing}`);
      return;
    }
    const expected = await bindings("reference", words, now);
    expect(expected.length).toBeGreaterThan(100);
    expect(await bindings("subject", words, now)).toEqual(expected);
  });
});
