/**
 * A wine that knows the linker: Debian's, with `patches/wine/` in its ntdll.so:
 *
 *     npx tsx test/wine/aware/build.ts
 *
 * It needs wine 8 (`wine-ld wine --provision`) and to build: flex bison autoconf gcc-multilib libunwind-dev dpkg-dev perl.
 * The source comes from the machine's Debian mirror. Only ntdll.so is built, for both word sizes, and put into a copy
 * of the provisioned tree, below `.cache/aware`.
 */

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Wine, wineIn } from "../../../cli/wine/locate.ts";
import { provisionedTree } from "../../../cli/wine/provision.ts";
import { fetchDebianSource } from "../../../codegen/ingest/debian-source.ts";
import { root } from "../../harness/linkers.ts";

const CACHE = join(root, ".cache/aware");
const TREE = join(CACHE, "tree");
const SOURCE = join(CACHE, "source");
const PATCHES = join(root, "patches/wine/8.0");
/** A file in the source says that it is prepared. */
const PREPARED = ".prepared";
/** As Debian builds, but for ntdll.so nothing of what it leaves out is needed. */
const WITHOUT = ["x", "freetype", "mingw"].map((what) => `--without-${what}`);
const CFLAGS = "-O2 -g -Wno-format";
/** The 64-bit one builds the tools for both. */
const BUILDS = [
  { arch: "x86_64", options: ["--enable-win64"] },
  { arch: "i386", options: ["CC=gcc -m32", `--with-wine-tools=${join(CACHE, "x86_64")}`] },
] as const;
/** Headers that Debian generates from what it does not ship; ntdll.so includes none of them. */
const GENERATED = ["vulkan.h", "vulkan_driver.h", "wgl.h", "wgl_driver.h"];

/** The wine that knows the linker, if it was built. */
export function awareWine(): Wine | undefined {
  return existsSync(TREE) ? wineIn(realpathSync(TREE), "/usr/lib/wine") : undefined;
}

function run(folder: string, command: string, ...args: readonly string[]): void {
  execFileSync("nice", [command, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** The names of the series, in order. */
export function series(folder = PATCHES): readonly string[] {
  return readFileSync(join(folder, "series"), "utf8").trim().split("\n");
}

/** Applies the series, leaves of configure what ntdll needs, and makes what Debian's source comes without. */
function prepare(): void {
  for (const name of series()) run(SOURCE, "patch", "-p1", "-i", join(PATCHES, name));
  const configure = join(SOURCE, "configure.ac");
  const kept = /^WINE_CONFIG_MAKEFILE\((dlls\/ntdll\)|include|tools)/;
  const lines = readFileSync(configure, "utf8").split("\n");
  const isLeftOut = (line: string) => /^WINE_CONFIG_MAKEFILE\(/.test(line) && !kept.test(line);
  writeFileSync(configure, lines.filter((line) => !isLeftOut(line)).join("\n"));
  for (const name of ["trace", "request"]) {
    run(SOURCE, "debian/scripts/generate", `server/${name}.generated`, "make_requests");
  }
  run(SOURCE, "perl", "tools/make_requests");
  for (const name of GENERATED) writeFileSync(join(SOURCE, "include/wine", name), "");
  for (const name of ["config.sub", "config.guess"]) {
    cpSync(join("/usr/share/misc", name), join(SOURCE, "tools", name));
  }
  const version = readFileSync(join(SOURCE, "VERSION"), "utf8").replace(/^Wine version/, "wine");
  const define = `#define wine_build "${version.trim().replace(" ", "-")} (aware of wine-ld)"\n`;
  writeFileSync(join(SOURCE, "dlls/ntdll/unix/version.h"), define);
  run(SOURCE, "autoheader");
  run(SOURCE, "autoconf");
  writeFileSync(join(SOURCE, PREPARED), "");
}

/** Where Debian's wine has what; ntdll.so finds its files by the way from one of these to another. */
function folders(arch: string): readonly string[] {
  const library = `/usr/lib/${arch}-linux-gnu/wine`;
  return [`--libdir=${library}`, "--bindir=/usr/lib/wine", "--datadir=/usr/share/wine"];
}

function build(arch: string, options: readonly string[]): string {
  const folder = join(CACHE, arch);
  mkdirSync(folder, { recursive: true });
  const flags = [`CFLAGS=${CFLAGS}`, `CPPFLAGS=-I${join(root, "include")}`];
  const words = [...folders(arch), ...WITHOUT, ...flags, ...options];
  if (!existsSync(join(folder, "Makefile"))) run(folder, join(SOURCE, "configure"), ...words);
  run(folder, "make", "-j2", "dlls/ntdll/ntdll.so");
  return join(folder, "dlls/ntdll/ntdll.so");
}

/** A copy of the provisioned tree, of links to the same files, with other ones in place of `files`. */
function install(files: readonly { readonly arch: string; readonly file: string }[]): void {
  const work = `${TREE}.${process.pid}`;
  execFileSync("cp", ["-al", realpathSync(provisionedTree()), work]);
  for (const { arch, file } of files) {
    const path = join(work, `usr/lib/${arch}-linux-gnu/wine/${arch}-unix/ntdll.so`);
    rmSync(path);
    execFileSync("strip", ["--strip-unneeded", file, "-o", path]);
  }
  rmSync(TREE, { recursive: true, force: true });
  renameSync(work, TREE);
}

async function main(): Promise<void> {
  const progress = (line: string) => process.stdout.write(`${line}\n`);
  mkdirSync(CACHE, { recursive: true });
  await fetchDebianSource({ release: "bookworm", name: "wine", folder: SOURCE, progress });
  if (!existsSync(join(SOURCE, PREPARED))) prepare();
  const files = BUILDS.map(({ arch, options }) => {
    progress(`building ntdll.so, ${arch}`);
    return { arch, file: build(arch, options) };
  });
  install(files);
  progress(`ready: ${TREE}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
