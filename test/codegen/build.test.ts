import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Abi } from "../../codegen/abi/model.ts";
import { type BuildResult, buildLinker } from "../../codegen/build.ts";
import { parseElf } from "../../codegen/elf.ts";
import { dynamicSymbols, symbols, versionDefinitions } from "../../codegen/elf-symbols.ts";
import { writeLocalBuilds } from "../../codegen/local-builds.ts";
import { TARGETS } from "../../codegen/targets.ts";
import { checkVersion, compilerMessages, zigBuildArguments } from "../../codegen/toolchain.ts";
import { fixtureAbi } from "./fixture.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "wine-ld-build-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The same made-up glibc for the other architecture: no struct, as their sizes are those of 64 bits. */
const abi32: Abi = {
  ...fixtureAbi,
  id: "glibc-9.9-i386",
  arch: "i386",
  soname: "ld-linux.so.2",
  structs: [],
  vdsoSlots: [],
  exports: fixtureAbi.exports
    .filter(({ name }) => !name.startsWith("_rtld_global"))
    .map((symbol) => (symbol.type === "object" ? { ...symbol, size: 4 } : symbol)),
};

const RUNTIME = `/* All of a linker that links. */
#include "arch.h"
EXPORT int _dl_open_it(int value);
int _dl_open_it(int value) {
    return value + 1;
}
void old_name(void);
void old_name(void) {}
`;
const ARCH = '/* No architecture. */\n#define EXPORT __attribute__((visibility("default")))\n';
const START =
  "/* The entry. */\n    .text\n    .globl _start\n    .hidden _start\n_start:\n    hlt\n";

/** A project of one runtime file in a folder of its own; the compiler's cache is the real one. */
function miniProject(name: string): string {
  const project = join(folder, name);
  cpSync(join(root, "templates"), join(project, "templates"), {
    recursive: true,
    filter: (path) => !/\/(x86_64|i386)$/.test(path),
  });
  for (const arch of Object.keys(TARGETS)) {
    mkdirSync(join(project, "templates", arch));
    writeFileSync(join(project, "templates", arch, "arch.h"), ARCH);
    writeFileSync(join(project, "templates", arch, "start.S"), START);
  }
  mkdirSync(join(project, "runtime"));
  writeFileSync(join(project, "runtime/a.c"), RUNTIME);
  for (const file of ["build.zig", "data.ld", "package.json"])
    cpSync(join(root, file), join(project, file));
  mkdirSync(join(root, ".cache"), { recursive: true });
  symlinkSync(join(root, ".cache"), join(project, ".cache"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  return project;
}

function build(project: string, abi: Abi, lines: string[] = []): Promise<BuildResult> {
  return buildLinker({
    root: project,
    abi,
    out: join(project, "dist"),
    environment: process.env,
    progress: (line) => lines.push(line),
  });
}

describe.each([fixtureAbi, abi32])("a build for $id", (abi) => {
  const first = miniProject(`one-${abi.arch}`);
  const second = miniProject(`another-folder-${abi.arch}`);

  it("makes a stripped linker with its debug information beside it", async () => {
    const { linker, debug } = await build(first, abi);
    const elf = parseElf(readFileSync(linker));
    expect(linker).toBe(join(first, "dist", abi.id, abi.soname));
    expect(elf.bits).toBe(TARGETS[abi.arch].elfClass);
    expect(versionDefinitions(elf)).toEqual(abi.versionNodes);
    const label = (symbol: { name: string; version?: string; isDefault: boolean }) =>
      `${symbol.name}${symbol.isDefault ? "@@" : "@"}${symbol.version}`;
    const defined = dynamicSymbols(elf).filter(({ section }) => section !== 0);
    expect(defined.map(label).sort()).toEqual(abi.exports.map(label).sort());
    expect(symbols(elf)).toEqual([]);
    expect(symbols(parseElf(readFileSync(debug))).map(({ name }) => name)).toContain("_start");
    expect(readFileSync(linker).includes(`${abi.soname}.debug`)).toBe(true);
  });

  it("makes the same bytes in another folder", async () => {
    const [a, b] = [await build(first, abi), await build(second, abi)];
    expect(readFileSync(b.linker).equals(readFileSync(a.linker))).toBe(true);
    expect(readFileSync(b.debug).equals(readFileSync(a.debug))).toBe(true);
    expect(readFileSync(b.debug).includes(folder)).toBe(false);
  });

  it("does nothing when nothing changed, and something when something did", async () => {
    await build(first, abi);
    const quiet: string[] = [];
    expect((await build(first, abi, quiet)).upToDate).toBe(true);
    expect(quiet).toEqual([`${abi.id}: up to date`]);

    writeFileSync(join(first, "runtime/a.c"), RUNTIME.replace("+ 1", "+ 2"));
    const busy: string[] = [];
    expect((await build(first, abi, busy)).upToDate).toBe(false);
    expect(busy).toContain(`${abi.id}: 1 source files changed, compiling`);

    rmSync(join(first, "dist"), { recursive: true });
    expect((await build(first, abi)).upToDate).toBe(false);
  });

  it("knows the builds of this machine that fit the ABI", async () => {
    const libcBuildId = "ab".repeat(20);
    const local = {
      abi: abi.id,
      module: abi.id,
      searchPlaces: abi.searchPlaces,
      package: "another build",
      ldsoBuildId: "cd",
      libcBuildId,
    };
    writeLocalBuilds(second, [local]);
    const { upToDate } = await build(second, abi);
    expect(upToDate).toBe(false);
    const link = join(second, "dist/by-build-id", libcBuildId, abi.soname);
    expect(readFileSync(link)).toEqual(readFileSync(join(second, "dist", abi.id, abi.soname)));
  });

  it("reports a mistake in the file that people edit", async () => {
    writeFileSync(join(second, "runtime/a.c"), `${RUNTIME}int unused(void) { return 1; }\n`);
    await expect(build(second, abi)).rejects.toThrow(
      /^runtime\/a\.c:9:5: error: no previous prototype for function 'unused'/,
    );
  });

  it("reports a symbol that glibc exports and nobody defines", async () => {
    writeFileSync(join(second, "runtime/a.c"), '/* Nothing. */\n#include "arch.h"\n');
    await expect(build(second, abi)).rejects.toThrow(/_dl_open_it/);
  });
});

describe("the toolchain", () => {
  it("refuses another version of Zig", () => {
    expect(() => checkVersion("/opt/zig", "0.13.0", "0.12.0-dev.1286")).toThrow(
      "/opt/zig is Zig 0.13.0; this project is built with Zig 0.12.0-dev.1286",
    );
    expect(() =>
      checkVersion("/opt/zig", "0.12.0-dev.1286+cc394431a", "0.12.0-dev.1286"),
    ).not.toThrow();
  });

  it("says what to do when ZIG names no program", async () => {
    const request = {
      root: miniProject("no-zig"),
      abi: fixtureAbi,
      out: folder,
      progress: () => {},
    };
    await expect(
      buildLinker({ ...request, environment: { ZIG: "/nonexistent/zig" } }),
    ).rejects.toThrow("/nonexistent/zig is not a program (ZIG=/path/to/zig names the compiler)");
  });

  it("keeps what compilers say, without the account of the steps", () => {
    const said = [
      "zig build-lib wine-ld: error: error(compilation): clang failed with stderr: /p/build/x/src/runtime/a.c:1:2: error: no",
      "",
      "zig build-lib wine-ld ReleaseFast: error: the following command failed with 1 compilation errors:",
      "/p/node_modules/zig build-lib -cflags",
      "Build Summary: 0/6 steps succeeded; 1 failed",
      "install transitive failure",
      "+- install generated to ld.so transitive failure",
    ].join("\n");
    expect(compilerMessages(said, { root: "/p", source: "build/x/src" })).toBe(
      "runtime/a.c:1:2: error: no",
    );
  });

  it("passes target, SONAME and folders to build.zig", () => {
    const target = TARGETS.i386;
    const words = zigBuildArguments({ root: "/p", source: "s", target, soname: "l", out: "/o" });
    expect(words).toContain("-Dtriple=x86-freestanding-none");
    expect(words.slice(0, 3)).toEqual(["build", "--prefix", "/o"]);
    expect(words.join(" ")).not.toContain("-Doptimize");
  });

  it("passes the way to optimise where one is asked for", () => {
    const build = { root: "/p", source: "s", target: TARGETS.i386, soname: "l", out: "/o" };
    expect(zigBuildArguments({ ...build, optimize: "Debug" })).toContain("-Doptimize=Debug");
  });
});
