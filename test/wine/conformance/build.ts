/**
 * wine's own conformance tests of memory, heap and loader, from the source package of the wine under test:
 *
 *     npx tsx test/wine/conformance/build.ts SOURCE
 *
 * where SOURCE is the unpacked source (`apt-get source wine`, Debian 12). They are built with the pinned Zig's
 * mingw, against wine's own headers, into `.cache/test/conformance`; the tests run what is there.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zigPath } from "../../../codegen/toolchain.ts";
import { root } from "../../harness/linkers.ts";

/** Where the built tests are. */
export const CONFORMANCE = join(root, ".cache/test/conformance");

/**
 * Folder and name of each test. The 64-bit loader test of wine 8 ends in a page fault under either linker, so it
 * is built for 32 bits only.
 */
const TESTS = [
  { dll: "ntdll", test: "virtual", archs: ["x86", "x86_64"] },
  { dll: "kernel32", test: "virtual", archs: ["x86", "x86_64"] },
  { dll: "kernel32", test: "heap", archs: ["x86", "x86_64"] },
  { dll: "kernel32", test: "loader", archs: ["x86"] },
] as const;

/** wine's headers forbid some functions that mingw's declare: those come first. */
const BEFORE = ["io.h", "string.h", "stdlib.h"].flatMap((name) => ["-include", name]);

/** The built tests. */
export function conformanceTests(): readonly string[] {
  try {
    return readdirSync(CONFORMANCE).filter((name) => name.endsWith(".exe"));
  } catch {
    return [];
  }
}

function build(source: string): void {
  mkdirSync(CONFORMANCE, { recursive: true });
  const zig = zigPath(root, process.env);
  for (const { dll, test, archs } of TESTS) {
    for (const arch of archs) {
      const common = [
        "cc",
        "-target",
        `${arch}-windows-gnu`,
        "-O1",
        "-w",
        "-fno-sanitize=undefined",
      ];
      const flags = [...common, "-I", join(source, "include")];
      const object = join(CONFORMANCE, `${dll}-${test}-${arch}.o`);
      const file = join(source, "dlls", dll, "tests", `${test}.c`);
      execFileSync(zig, [...flags, ...BEFORE, "-D__WINESRC__", "-c", file, "-o", object]);
      const list = join(import.meta.dirname, "list.c");
      const program = join(CONFORMANCE, `${dll}-${test}-${arch}.exe`);
      const libraries = ["-lntdll", "-luser32", "-ladvapi32"];
      execFileSync(zig, [...flags, `-DTEST=${test}`, object, list, ...libraries, "-o", program]);
      process.stdout.write(`${program}\n`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(process.argv[2] ?? ".");
