/** mmap_entries.h: the entries of libc whose bodies are replaced, with the bytes that must be there before. */

import type { Abi, Arch, MmapEntry } from "../abi/model.ts";
import { type Diagnostic, GenerationError } from "../diagnostic.ts";
import { lines, row, stringLiteral } from "./c-text.ts";
import { keptInstructions } from "./first-instruction.ts";

/**
 * What no code of libc calls: everyone comes there by an import or dlsym, and those are bound to the hooks. Left as they
 * are, so that the pages they lie on stay shared between processes.
 */
const importedOnly: ReadonlySet<string> = new Set([
  "pkey_mprotect",
  "shmat",
  "shmdt",
  "remap_file_pages",
  "mseal",
  "map_shadow_stack",
]);

/** The entries whose bodies are replaced: those that libc calls itself. */
export function replacedEntries(abi: Abi): readonly MmapEntry[] {
  return abi.mmapEntries.filter(({ symbol }) => !importedOnly.has(symbol));
}

/** The holes of templates/mmap_entries.h. */
export function mmapEntriesTable(abi: Abi): Readonly<Record<string, string>> {
  const entries = replacedEntries(abi);
  const malformed = entries
    .filter(
      ({ prologue, prologueMask }) => !isHex(prologue) || prologue.length !== prologueMask.length,
    )
    .map(
      ({ symbol }): Diagnostic => ({
        path: abi.id,
        line: 0,
        message: `${symbol}: prologue and mask are not hexadecimal bytes of one length`,
      }),
    );
  if (malformed.length > 0) throw new GenerationError(malformed);
  const longest = Math.max(1, ...entries.map(({ prologue }) => prologue.length / 2));
  return {
    count: String(entries.length),
    prologue_limit: String(longest),
    rows: lines(entries.map((entry) => entryRow(entry, abi.arch))),
  };
}

function entryRow(entry: MmapEntry, arch: Arch): string {
  const { library, symbol, version, size, prologue, prologueMask } = entry;
  const kept = keptInstructions(prologue, arch) ?? { size: 0, lowers: 0 };
  return row(
    stringLiteral(library),
    stringLiteral(symbol),
    stringLiteral(version),
    size,
    kept.size,
    kept.lowers,
    prologue.length / 2,
    byteList(prologue),
    byteList(prologueMask),
  );
}

function byteList(hex: string): string {
  return `{${(hex.match(/../g) ?? []).map((byte) => `0x${byte}`).join(", ")}}`;
}

function isHex(text: string): boolean {
  return /^(?:[0-9a-f]{2})+$/i.test(text);
}
