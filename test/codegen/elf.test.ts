import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  buildId,
  dynamicEntries,
  type Elf,
  ElfError,
  fileOffset,
  interpreter,
  neededLibraries,
  PT_LOAD,
  parseElf,
  readAt,
  sectionBytes,
  sectionNamed,
  soname,
} from "../../codegen/elf.ts";
import { dynamicSymbols, symbols, versionDefinitions } from "../../codegen/elf-symbols.ts";

const node = parseElf(readFileSync(process.execPath));
const libcPath = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6"].find(existsSync);
const libc = libcPath === undefined ? undefined : parseElf(readFileSync(libcPath));

/** A 32-bit file with one loaded segment of 16 bytes at 0x1000, and nothing else. */
function tinyFile(): Buffer {
  const bytes = Buffer.alloc(0x64);
  bytes.write("\x7fELF\x01\x01\x01", "latin1");
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(3, 18);
  bytes.writeUInt32LE(0x1008, 24);
  bytes.writeUInt32LE(52, 28);
  bytes.writeUInt16LE(32, 42);
  bytes.writeUInt16LE(1, 44);
  [PT_LOAD, 0x54, 0x1000, 0x1000, 16, 32, 5, 0x1000].forEach((word, i) => {
    bytes.writeUInt32LE(word, 52 + 4 * i);
  });
  bytes.write("0123456789abcdef", 0x54, "latin1");
  return bytes;
}

describe("a file made by hand", () => {
  const elf = parseElf(tinyFile());

  it("has the header's values", () => {
    expect([elf.bits, elf.machine, elf.type, elf.entry]).toEqual([32, 3, 3, 0x1008]);
    expect(elf.segments).toEqual([
      {
        type: 1,
        flags: 5,
        offset: 0x54,
        vaddr: 0x1000,
        fileSize: 16,
        memorySize: 32,
        align: 0x1000,
      },
    ]);
    expect(elf.sections).toEqual([]);
  });

  it("is read at addresses, as far as the file goes", () => {
    expect(readAt(elf, 0x1004, 4).toString()).toBe("4567");
    expect(fileOffset(elf, 0x100f)).toBe(0x63);
    expect(fileOffset(elf, 0x1010)).toBeUndefined();
    expect(() => readAt(elf, 0x100c, 8)).toThrow(ElfError);
  });

  it("has nothing that it does not have", () => {
    expect([interpreter(elf), soname(elf), buildId(elf)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([dynamicEntries(elf), dynamicSymbols(elf), symbols(elf)]).toEqual([[], [], []]);
  });
});

describe("bytes that are no ELF file", () => {
  const broken = (change: (bytes: Buffer) => void) => () => {
    const bytes = tinyFile();
    change(bytes);
    return parseElf(bytes);
  };

  it("are refused with a reason", () => {
    expect(() => parseElf(Buffer.from("#!/bin/sh\n"))).toThrow("not an ELF file");
    expect(broken((bytes) => bytes.writeUInt8(3, 4))).toThrow("unknown ELF class 3");
    expect(broken((bytes) => bytes.writeUInt8(2, 5))).toThrow("not a little-endian ELF file");
    expect(broken((bytes) => bytes.writeUInt32LE(0x1000, 28))).toThrow(/^truncated/);
    expect(broken((bytes) => bytes.writeUInt16LE(9, 44))).toThrow(/^truncated/);
  });

  it("are refused wherever a real file is cut off", () => {
    const bytes = readFileSync(process.execPath).subarray(0, 4096);
    expect(() => parseElf(bytes)).toThrow(ElfError);
  });
});

describe("a program", () => {
  it("names its interpreter and its libraries", () => {
    expect(node.bits).toBe(process.arch === "ia32" ? 32 : 64);
    expect(interpreter(node)).toMatch(/^\/lib.*\/ld-linux/);
    expect(neededLibraries(node)).toContain("libc.so.6");
  });

  it("imports versioned symbols", () => {
    const imported = dynamicSymbols(node).find(({ name }) => name === "dlopen");
    expect(imported).toMatchObject({ section: 0, version: expect.stringMatching(/^GLIBC_2/) });
    expect(imported?.neededFrom).toMatch(/^lib(?:c|dl)\.so/);
  });
});

describe.skipIf(libc === undefined)("libc.so.6 (package libc6)", () => {
  const elf = libc as Elf;

  it("has a name, a build-id and versions", () => {
    expect(soname(elf)).toBe("libc.so.6");
    expect(buildId(elf)).toMatch(/^[0-9a-f]{40}$/);
    expect(versionDefinitions(elf)).toContain("GLIBC_2.2.5");
    expect(versionDefinitions(elf).at(-1)).toBe("GLIBC_PRIVATE");
  });

  it("exports old and default versions of one name", () => {
    const versions = dynamicSymbols(elf).filter(({ name }) => name === "memcpy");
    expect(versions.map(({ version, isDefault }) => [version, isDefault]).sort()).toEqual([
      ["GLIBC_2.14", true],
      ["GLIBC_2.2.5", false],
    ]);
  });

  it("shows the bytes of its sections", () => {
    const section = sectionNamed(elf, ".rodata");
    expect(section && sectionBytes(elf, section).includes("GNU C Library")).toBe(true);
  });
});
