/**
 * A module held against the stripped files of a system: what can be known of a glibc without its
 * debug info and without running it. Pure: the files come in decoded.
 */
import { structNamed } from "../abi/layout.ts";
import type { Abi, ExportedSymbol, SearchPlaces } from "../abi/model.ts";
import { type Elf, ElfError, soname } from "../elf.ts";
import { versionDefinitions } from "../elf-symbols.ts";
import { maskedEntry } from "../ingest/prologue.ts";
import { searchPlaces } from "../ingest/search-places.ts";
import {
  exportedSymbols,
  importedSymbols,
  libcBanner,
  mmapEntries,
  threadDbDescriptors,
} from "../ingest/surface.ts";
import { combined, compared, type Verdict } from "./check.ts";
import { verifyThreadDb } from "./thread-db.ts";

/** The decoded files of a glibc: `libraries` by soname, libc.so.6 among them. */
export interface StrippedGlibc {
  readonly ldso: Elf;
  readonly libraries: ReadonlyMap<string, Elf>;
}

/** Exported objects that are structs of the module. */
const EXPORTED_STRUCTS: readonly (readonly [string, string])[] = [
  ["_rtld_global", "rtld_global"],
  ["_rtld_global_ro", "rtld_global_ro"],
  ["_r_debug", "r_debug"],
];

function describeExport(symbol: ExportedSymbol | undefined): string | undefined {
  if (!symbol) return undefined;
  const { name, version, isDefault, type, size } = symbol;
  const bytes = type === "object" ? `, ${size} bytes` : "";
  return `${type} ${name}${isDefault ? "@@" : "@"}${version}${bytes}`;
}

function verifyExports(abi: Abi, ldso: Elf): Verdict {
  const key = ({ name, version }: ExportedSymbol) => `${name}@${version}`;
  const expected = new Map(abi.exports.map((symbol) => [key(symbol), symbol]));
  const found = new Map(exportedSymbols(ldso).map((symbol) => [key(symbol), symbol]));
  const names = [...new Set([...expected.keys(), ...found.keys()])];
  return combined([
    compared("SONAME of ld.so", abi.soname, soname(ldso)),
    compared("versions of ld.so", abi.versionNodes, versionDefinitions(ldso)),
    ...names.map((name) =>
      compared(
        `export ${name}`,
        describeExport(expected.get(name)),
        describeExport(found.get(name)),
      ),
    ),
    ...EXPORTED_STRUCTS.map(([symbol, struct]) =>
      compared(
        `size of ${symbol}`,
        structNamed(abi, struct)?.size,
        [...found.values()].find(({ name }) => name === symbol)?.size,
      ),
    ),
  ]);
}

function verifyImports(abi: Abi, glibc: StrippedGlibc): Verdict {
  const verdicts = [...glibc.libraries].map(([library, elf]) => {
    const names = (symbols: readonly { name: string; version: string }[]) =>
      symbols.map(({ name, version }) => `${name}@${version}`).sort();
    return compared(
      `imports of ${library}`,
      names(abi.imports.filter((symbol) => symbol.library === library)),
      names(importedSymbols(library, elf, abi.soname)),
    );
  });
  return combined(verdicts);
}

function verifyMmapEntries(abi: Abi, libraries: ReadonlyMap<string, Elf>): Verdict {
  const found = [...libraries].flatMap(([name, elf]) => mmapEntries(name, elf));
  return combined(
    abi.mmapEntries.map((entry) => {
      const same = found.find(
        ({ library, symbol }) => library === entry.library && symbol === entry.symbol,
      );
      return compared(
        `entry ${entry.symbol} of ${entry.library}`,
        maskedEntry(entry),
        same && maskedEntry(same),
      );
    }),
  );
}

/**
 * The order of the tunables in the table of a stripped ld.so, where the records hold their names
 * (since 2.34): the place of a name is its id.
 * @returns undefined when the names are not in the table
 */
export function tunableOrder(ldso: Elf, names: readonly string[]): readonly string[] | undefined {
  const places = names.map((name) => ({
    name,
    at: ldso.bytes.indexOf(Buffer.from(`\0${name}\0`, "latin1")),
  }));
  if (places.some(({ at }) => at < 0)) return undefined;
  const sorted = [...places].sort((a, b) => a.at - b.at);
  const gaps = sorted.slice(1).map(({ at }, i) => at - (sorted[i]?.at ?? 0));
  const isTable = gaps.every((gap) => gap === gaps[0]);
  return isTable ? sorted.map(({ name }) => name) : undefined;
}

function verifyTunables(abi: Abi, ldso: Elf): Verdict {
  const names = abi.tunables.map(({ name }) => name);
  const missing = names.filter((name) => !ldso.bytes.includes(Buffer.from(`${name}\0`, "latin1")));
  const order = tunableOrder(ldso, names);
  return combined([
    compared("tunables that ld.so does not know", [], missing),
    ...(order ? [compared("order of the tunables", names, order)] : []),
  ]);
}

function verifySearchPlaces({ searchPlaces: { lib, systemFolders } }: Abi, ldso: Elf): Verdict {
  const found = readSearchPlaces(ldso);
  if (typeof found === "string") return compared("search folders of ld.so", systemFolders, found);
  return combined([
    compared("$LIB of ld.so", lib, found.lib),
    compared("search folders of ld.so", systemFolders, found.systemFolders),
  ]);
}

/** The places, or why they cannot be read. */
function readSearchPlaces(ldso: Elf): SearchPlaces | string {
  try {
    return searchPlaces(ldso);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    return error.message;
  }
}

/**
 * Holds a module against the stripped files of a glibc. A difference means that the module is not of
 * this build.
 */
export function verifyStatic(abi: Abi, glibc: StrippedGlibc): Verdict {
  const libc = glibc.libraries.get("libc.so.6");
  const descriptors = [...glibc.libraries]
    .filter(([name]) => name === "libc.so.6" || name === "libpthread.so.0")
    .flatMap(([, elf]) => threadDbDescriptors(elf));
  return combined([
    compared("version of glibc", abi.version, libc && libcBanner(libc).version),
    verifyExports(abi, glibc.ldso),
    verifySearchPlaces(abi, glibc.ldso),
    verifyImports(abi, glibc),
    compared("debugger descriptors", abi.threadDb, descriptors),
    verifyThreadDb(abi, descriptors),
    verifyMmapEntries(abi, glibc.libraries),
    verifyTunables(abi, glibc.ldso),
  ]);
}
