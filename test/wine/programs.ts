/** The Windows programs of the wine tests, built with the pinned Zig's mingw, each once. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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
/** IMAGE_FILE_RELOCS_STRIPPED, there too. */
const RELOCS_STRIPPED = 0x1;

/** The path of a built program; one with a `base` can lie nowhere else. */
export function windowsProgram(source: string, bits: Bits, base?: number): string {
  const files = filesOf(source);
  const place = base === undefined ? [] : [`-Wl,--image-base,0x${base.toString(16)}`];
  return built(source, bits, "exe", files, [STACK, ...place].join(" "), (work) => {
    zig([
      files.some((file) => file.endsWith(".cc")) ? "c++" : "cc",
      ...flags(bits),
      ...[STACK, ...place, "-o", work],
      ...files.filter((file) => !file.endsWith(".h")).map((file) => join(SOURCES, file)),
      ...LIBRARIES,
    ]);
    if (place.length > 0) writeFileSync(work, withoutRelocations(readFileSync(work)));
    if (bits === "32-large") writeFileSync(work, largeAddressAware(readFileSync(work)));
  });
}

/**
 * The path of a library that wants to lie at `base`; one that is not `relocatable` can lie nowhere else. It is linked
 * without a C library, and is not told of its loading.
 */
export function windowsLibrary(
  source: string,
  bits: Bits,
  base: number,
  relocatable: boolean,
): string {
  const linking = ["-lldmingw", "-dll", "-noentry", `-base:0x${base.toString(16)}`];
  const way = `${linking.join(" ")} ${relocatable}`;
  return built(source, bits, "dll", [source], way, (work) => {
    const object = `${work}.o`;
    zig(["cc", ...flags(bits), "-c", join(SOURCES, source), "-o", object]);
    zig(["lld-link", ...linking, `-out:${work}`, object]);
    rmSync(object);
    if (!relocatable) writeFileSync(work, withoutRelocations(readFileSync(work)));
  });
}

/** What a program is made of: one file, or all that are in a folder. */
function filesOf(source: string): readonly string[] {
  if (/\./.test(source)) return [source];
  return readdirSync(join(SOURCES, source))
    .sort()
    .map((file) => join(source, file));
}

const flags = (bits: Bits) => ["-target", TRIPLES[bits], "-O1", "-w", "-fno-sanitize=undefined"];

function zig(args: readonly string[]): void {
  execFileSync(zigPath(root, process.env), args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(root, ".cache/zig") },
  });
}

/** The file that `make` makes of the sources in the way that is named, made once. */
function built(
  source: string,
  bits: Bits,
  ending: "exe" | "dll",
  files: readonly string[],
  way: string,
  make: (work: string) => void,
): string {
  const hash = createHash("sha256").update(way);
  for (const file of [...files, HEADER]) hash.update(readFileSync(join(SOURCES, file)));
  const key = hash.digest("hex").slice(0, 10);
  const name = source.replace(/\..*$/, "");
  const path = join(OUTPUT, `${name}-${bits}-${key}.${ending}`);
  if (existsSync(path)) return path;
  mkdirSync(OUTPUT, { recursive: true });
  const work = join(OUTPUT, `${process.pid}-${name}-${bits}.${ending}`);
  make(work);
  renameSync(work, path);
  return path;
}

/** The program or library without its table of relocations, and marked as one that has none. */
function withoutRelocations(library: Buffer): Buffer {
  const copy = Buffer.from(library);
  const header = copy.readUInt32LE(0x3c);
  const wide = copy.readUInt16LE(header + 24) === 0x20b;
  copy.writeUInt16LE(copy.readUInt16LE(header + 22) | RELOCS_STRIPPED, header + 22);
  copy.fill(0, header + (wide ? 176 : 160), header + (wide ? 184 : 168)); // their place and size
  return copy;
}

/** The program, marked as one that can handle addresses above 2 GiB. */
function largeAddressAware(program: Buffer): Buffer {
  const copy = Buffer.from(program);
  const at = copy.readUInt32LE(0x3c) + 22;
  copy.writeUInt16LE(copy.readUInt16LE(at) | LARGE_ADDRESS_AWARE, at);
  return copy;
}
