/** The Windows programs of the wine tests, built with the pinned Zig's mingw, each once. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zigPath } from "../../codegen/toolchain.ts";
import { root } from "../harness/linkers.ts";

/** Word size of a Windows program; `32-large` is one that is large-address-aware. */
export type Bits = "32" | "32-large" | "64";

const SOURCES = join(root, "test/wine/programs");
/** What more than one of them includes. */
const HEADER = "views.h";
const OUTPUT = join(root, ".cache/test/windows");
const TRIPLES: Readonly<Record<Bits, string>> = {
  "32": "x86-windows-gnu",
  "32-large": "x86-windows-gnu",
  "64": "x86_64-windows-gnu",
};
/** As mingw's own default would be larger than what Windows compilers give. */
const STACK = "-Wl,--stack,1048576";
const LIBRARIES = ["-ld3d9", "-lopengl32", "-lgdi32", "-luser32", "-lmsi"];
/** IMAGE_FILE_LARGE_ADDRESS_AWARE, in the characteristics of a PE header. */
const LARGE_ADDRESS_AWARE = 0x20;

/** The path of a built program. */
export function windowsProgram(source: string, bits: Bits): string {
  const hash = createHash("sha256").update(STACK);
  for (const file of [source, HEADER]) hash.update(readFileSync(join(SOURCES, file)));
  const key = hash.digest("hex").slice(0, 10);
  const name = source.replace(/\..*$/, "");
  const path = join(OUTPUT, `${name}-${bits}-${key}.exe`);
  if (existsSync(path)) return path;
  mkdirSync(OUTPUT, { recursive: true });
  const work = join(OUTPUT, `${process.pid}-${name}-${bits}.exe`);
  const compiler = source.endsWith(".cc") ? "c++" : "cc";
  const flags = [
    "-target",
    TRIPLES[bits],
    "-O1",
    "-w",
    "-fno-sanitize=undefined",
    STACK,
    "-o",
    work,
  ];
  execFileSync(
    zigPath(root, process.env),
    [compiler, ...flags, join(SOURCES, source), ...LIBRARIES],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(root, ".cache/zig") },
    },
  );
  if (bits === "32-large") writeFileSync(work, largeAddressAware(readFileSync(work)));
  renameSync(work, path);
  return path;
}

/** The program, marked as one that can handle addresses above 2 GiB. */
function largeAddressAware(program: Buffer): Buffer {
  const copy = Buffer.from(program);
  const at = copy.readUInt32LE(0x3c) + 22;
  copy.writeUInt16LE(copy.readUInt16LE(at) | LARGE_ADDRESS_AWARE, at);
  return copy;
}
