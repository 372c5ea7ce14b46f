/** `wine-ld check GAME.exe`: what a Windows program is, and what it has of wine-ld. */

import { closeSync, openSync, readSync } from "node:fs";
import { CommandError } from "../command-error.ts";
import { sizeText } from "../space/quantities.ts";
import { locateWine, type Wine, type Wow64, wow64Of } from "./locate.ts";
import {
  type PeFile,
  readWindowsFile,
  type WindowsFile,
  WindowsFileError,
} from "./windows-file.ts";

/** The lines about a file. */
export function check(path: string, wine: string | undefined): readonly string[] {
  const file = windowsFileAt(path);
  const found = wineHere(wine);
  const wow64 = found === undefined ? undefined : wow64Of(found);
  return [`${path}: ${kindText(file)}`, ...details(file), "", ...expectation(file, wow64)];
}

/**
 * What a file is.
 * @throws CommandError with a sentence when it cannot be read or is no such file
 */
export function windowsFileAt(path: string): WindowsFile {
  try {
    const file = openSync(path, "r");
    try {
      return readWindowsFile((offset, length) => {
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
      });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof WindowsFileError) throw new CommandError(`${path} ${error.message}`);
    if (error instanceof Error && "code" in error)
      throw new CommandError(`${path} cannot be read (${String(error.code)})`);
    throw error;
  }
}

/** The word size of the process that a program gets; undefined for a file of another kind. */
export function needsBits(path: string): 32 | 64 | undefined {
  try {
    const file = windowsFileAt(path);
    return file.kind === "pe" ? processBits(file) : undefined;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Programs for DOS and old Windows run in a 32-bit process of wine's; .NET's that are bound to nothing in a 64-bit one. */
function processBits(file: WindowsFile): 32 | 64 {
  if (file.kind !== "pe") return 32;
  return file.managed === "any" ? 64 : file.bits;
}

function wineHere(named: string | undefined): Wine | undefined {
  try {
    return locateWine(named ?? process.env["WINE_LD_WINE"], process.env["PATH"] ?? "");
  } catch (error) {
    if (named === undefined && error instanceof CommandError) return undefined;
    throw error;
  }
}

/** "a 32-bit program, not large-address-aware". */
export function kindText(file: WindowsFile): string {
  switch (file.kind) {
    case "dos":
      return "a program for DOS";
    case "ne":
      return `a 16-bit ${file.library ? "library" : "program"} for Windows 3`;
    case "le":
      return "a program or driver for OS/2 or Windows 9x (LE, LX)";
    case "pe":
      return `a ${peText(file)}`;
  }
}

function peText({ bits, machine, library, largeAddressAware, managed }: PeFile): string {
  const what = `${bits}-bit ${library ? "library" : "program"}`;
  const net =
    managed === undefined
      ? ""
      : { any: " for .NET, of either word size", "32 bits": " for .NET" }[managed];
  const aware = `, ${largeAddressAware ? "" : "not "}large-address-aware`;
  const unusual = ["i386", "x86_64"].includes(machine) ? "" : ` for ${machine}`;
  return `${what}${unusual}${net}${library || bits === 64 ? "" : aware}`;
}

function details(file: WindowsFile): readonly string[] {
  if (file.kind !== "pe") return [];
  const { base, relocatable, size, imports } = file;
  const lies = `${sizeText(size)} at 0x${base.toString(16)}, ${relocatable ? "relocatable" : "nowhere else"}`;
  const list = imports === undefined ? "the list cannot be read" : imports.join(" ") || "none";
  return [`  lies:     ${lies}`, `  imports:  ${list}`];
}

/** Who gains is measured: docs/wine.md has the figures. */
function expectation(file: WindowsFile, wow64: Wow64 | undefined): readonly string[] {
  if (file.kind === "dos" || file.kind === "le")
    return [
      "Under wine-ld: nothing to expect. wine hands DOS programs to DOSBox, and runs no others of these.",
    ];
  if (file.kind === "pe" && file.library)
    return [
      "Under wine-ld: what a library has to expect depends on the program that loads it; check that.",
    ];
  if (processBits(file) === 64)
    return [
      "Under wine-ld: no more memory, as 64 bits have enough. Nothing native lies below 4 GiB, where stock wine",
      "has malloc's first arena, nor between the addresses that the program is given.",
    ];
  const aware = file.kind === "pe" && file.largeAddressAware;
  const gain = aware
    ? [
        "Under wine-ld: gains some. Native libraries, drivers and malloc share 4 GiB with the program, from the top",
        "downwards; small VirtualAllocs no longer waste half of what they take (stock 2,939 MB in all, wine-ld 4,042).",
      ]
    : [
        "Under wine-ld: gains most. The program has 2 GiB, which under stock wine it shares with native libraries, the",
        "graphics driver and malloc (295 MB with a Direct3D device up); under wine-ld those lie above.",
      ];
  return [...gain, ...hereText(wow64)];
}

function hereText(wow64: Wow64 | undefined): readonly string[] {
  const classic =
    "That is so with a wine of classic WoW64; with the new WoW64 of wine 10 and later (a 32-bit program in a 64-bit process) nothing is gained.";
  const here = {
    classic: "The wine here is of the classic kind.",
    new: "The wine here is of the new kind.",
    none: "The wine here is for 64-bit programs only.",
    unknown: "There is no wine here yet.",
  };
  return [classic, here[wow64 ?? "unknown"]];
}
