/** What `wine-ld check` says of files: against objdump for real ones, and of files that are cut off, old, or something else. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { check, needsBits, windowsFileAt } from "../../cli/wine/check.ts";
import { locateWine, wineAt, wow64Of } from "../../cli/wine/locate.ts";
import { readWindowsFile, WindowsFileError } from "../../cli/wine/windows-file.ts";
import { requireWordSize } from "../../cli/wine/wine.ts";
import { root } from "../harness/linkers.ts";
import { type Bits, windowsLibrary, windowsProgram } from "./programs.ts";

const place = mkdtempSync(join(tmpdir(), "wine-ld-check-"));
afterAll(() => rmSync(place, { recursive: true }));
const BUILDING = 600_000;
beforeAll(() => {
  for (const bits of ["32", "32-large", "64"] as const) {
    for (const source of ["hello.c", "textures.c"]) windowsProgram(source, bits);
  }
}, BUILDING);

const reader = (bytes: Buffer) => (offset: number, length: number) =>
  bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));

/** A file that is there for this test. */
function file(name: string, bytes: Buffer): string {
  const path = join(place, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** A DOS header, and behind it what begins with a signature. */
function newer(signature: string, rest = 200): Buffer {
  const bytes = Buffer.alloc(64 + rest);
  bytes.write("MZ", "latin1");
  bytes.writeUInt16LE(0x40, 0x18);
  bytes.writeUInt32LE(64, 0x3c);
  bytes.write(signature, 64, "latin1");
  return bytes;
}

/** What binutils say of it. */
function objdump(path: string) {
  const text = execFileSync("objdump", ["-p", path], { encoding: "utf8" });
  return {
    bits: text.includes("PE32+") ? 64 : 32,
    base: Number.parseInt(/ImageBase\s+([0-9a-f]+)/.exec(text)?.[1] ?? "", 16),
    size: Number.parseInt(/SizeOfImage\s+([0-9a-f]+)/.exec(text)?.[1] ?? "", 16),
    console: /Subsystem\s+00000003/.test(text),
    largeAddressAware: /large address aware/.test(text),
    library: /^\s*DLL$/m.test(text),
    relocatable: !/relocations stripped/.test(text),
    imports: [...text.matchAll(/DLL Name: (\S+)/g)].map((match) => match[1]),
  };
}

describe("a program for Windows", () => {
  const bits: readonly Bits[] = ["32", "32-large", "64"];
  it.each(bits)("of %s bits is described as binutils describe it", (word) => {
    for (const source of ["hello.c", "textures.c"]) {
      const path = windowsProgram(source, word);
      expect(windowsFileAt(path)).toMatchObject({ kind: "pe", ...objdump(path) });
    }
  });

  it.each([true, false])("may be a library that is relocatable: %s", (relocatable) => {
    const path = windowsLibrary("library.c", "32", 0x62000000, relocatable);
    expect(windowsFileAt(path)).toMatchObject({ ...objdump(path), library: true, relocatable });
    expect(check(path, undefined).join("\n")).toContain("depends on the program that loads it");
  });

  it("is told who gains", () => {
    const said = (word: Bits) => check(windowsProgram("hello.c", word), undefined).join("\n");
    expect(said("32")).toMatch(/: a 32-bit program, not large-address-aware\n[\s\S]*gains most/);
    expect(said("32-large")).toMatch(/: a 32-bit program, large-address-aware\n[\s\S]*gains some/);
    expect(said("64")).toMatch(/: a 64-bit program\n[\s\S]*no more memory/);
    expect(needsBits(windowsProgram("hello.c", "64"))).toBe(64);
  });

  it("for .NET is of the word size that it is bound to", () => {
    const program = Buffer.from(readFileSync(windowsProgram("hello.c", "32")));
    // A .NET header in the middle of the first section's code serves: only its flags are looked at.
    const header = program.readUInt32LE(0x3c);
    const section = header + 24 + program.readUInt16LE(header + 20);
    program.writeUInt32LE(program.readUInt32LE(section + 12), header + 24 + 96 + 14 * 8);
    const flags = program.readUInt32LE(section + 20) + 16;
    for (const [value, managed, word] of [
      [0x1, "any", 64],
      [0x3, "32 bits", 32],
      [0x20003, "32 bits", 32],
      [0x0, "32 bits", 32],
    ] as const) {
      program.writeUInt32LE(value, flags);
      const path = file("net.exe", program);
      expect(windowsFileAt(path)).toMatchObject({ managed });
      expect(needsBits(path)).toBe(word);
      expect(check(path, undefined)[0]).toContain("for .NET");
    }
  });
});

describe("other files", () => {
  it.each([
    ["dos", Buffer.from(`MZ${"\0".repeat(62)}`, "latin1"), "a program for DOS"],
    ["with text behind", newer("hello"), "a program for DOS"],
    ["ne", newer("NE"), "a 16-bit program for Windows 3"],
    ["le", newer("LE"), "a program or driver for OS/2 or Windows 9x (LE, LX)"],
  ])("%s are named", (name, bytes, text) => {
    expect(check(file(name, bytes), undefined)[0]).toBe(`${join(place, name)}: ${text}`);
  });

  it.each([
    ["empty", Buffer.alloc(0), "is empty"],
    ["script", Buffer.from("#!/bin/sh\n"), "is no Windows program: it does not begin with MZ"],
    ["mz", Buffer.from("MZ"), "is cut off in its DOS header"],
    ["gone", newer("", 0), "is cut off: its header should be at 0x40"],
    ["pe", newer("PE\0\0", 10), "is cut off in its PE header"],
    ["other", newer("PE\0\0"), "has an optional header of the type 0x0: neither PE32 nor PE32+"],
  ])("%s is refused, and why", (name, bytes, text) => {
    expect(() => windowsFileAt(file(name, bytes))).toThrow(`${join(place, name)} ${text}`);
  });

  it("those that are not there, and folders, are errors with their reason", () => {
    const run = (path: string) =>
      spawnSync(process.execPath, [join(root, "cli/wine-ld.js"), "check", path], {
        encoding: "utf8",
      });
    expect(run("/none.exe")).toMatchObject({
      status: 1,
      stderr: "wine-ld: /none.exe cannot be read (ENOENT)\n",
    });
    expect(run("/")).toMatchObject({ status: 1, stderr: "wine-ld: / cannot be read (EISDIR)\n" });
  });

  it("any that are cut off or damaged give an answer or such an error", () => {
    const whole = readFileSync(windowsProgram("hello.c", "32"));
    const headers = whole.subarray(0, 1024);
    const answers = new Set<string>();
    const read = (bytes: Buffer) => {
      try {
        answers.add(readWindowsFile(reader(bytes)).kind);
      } catch (error) {
        if (!(error instanceof WindowsFileError)) throw error;
        answers.add(error.message);
      }
    };
    for (let length = 0; length <= headers.length; ++length) read(headers.subarray(0, length));
    for (let at = 0; at < headers.length; ++at) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes.fill(value, at, at + 4);
        read(bytes);
      }
    }
    expect(answers.size).toBeGreaterThan(5);
  });
});

describe("a wine for 64-bit programs only", () => {
  /** A wine of one 64-bit loader in Debian's folder. */
  const folder = join(place, "only64");
  file("only64/usr/lib/wine/wine64", readFileSync("/bin/true"));
  const wine = wineAt(folder);
  if (wine === undefined) throw new Error("not found");

  it("says so when it is to run others", () => {
    const game = windowsProgram("hello.c", "32");
    expect(wow64Of(wine)).toBe("none");
    expect(() => requireWordSize(wine, [game])).toThrow(
      `${game} is a 32-bit program, and the wine in ${folder}/usr/lib/wine is for 64-bit ones only: install its 32-bit part`,
    );
    for (const args of [[windowsProgram("hello.c", "64")], ["notepad"], ["--version"], []])
      expect(() => requireWordSize(wine, args)).not.toThrow();
    const command = [join(root, "cli/wine-ld.js"), "wine", "--wine", folder, game];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    expect(stderr).toContain("is for 64-bit ones only");
    expect(status).toBe(126);
  });

  it("is another thing than one of the new WoW64", () => {
    file("new/lib/wine/x86_64-unix/wine", readFileSync("/bin/true"));
    file("new/lib/wine/i386-windows/ntdll.dll", Buffer.alloc(1));
    const found = locateWine(join(place, "new"), "");
    expect(wow64Of(found)).toBe("new");
    expect(() => requireWordSize(found, [windowsProgram("hello.c", "32")])).not.toThrow();
    expect(check(windowsProgram("hello.c", "32"), join(place, "new")).at(-1)).toBe(
      "The wine here is of the new kind.",
    );
  });
});
