/**
 * Where a ld.so searches by itself, read from its stripped file: the default folders and what `$LIB` stands for.
 * Both are chosen when glibc is configured (`slibdir`), so every distribution has its own. Pure.
 */
import type { SearchPlaces } from "../abi/model.ts";
import { dynamicEntries, type Elf, ElfError, sectionBytes, sectionNamed } from "../elf.ts";

const DT_PLTGOT = 3;
const LEA = 0x8d;
/** Strings that begin and end with a slash, one behind the other. */
const FOLDERS = /(?:\/(?:[\x20-\x7e]*\/)?\0)+/g;

/**
 * Reads both.
 * @throws ElfError when the file does not have them in the form that glibc gives them
 */
export function searchPlaces(ldso: Elf): SearchPlaces {
  const systemFolders = systemFoldersOf(ldso);
  const named = [...new Set(systemFolders.flatMap(tailsOf))].filter((text) => isUsed(ldso, text));
  const [lib, other] = named;
  if (lib === undefined) throw new ElfError("no code of ld.so refers to a text for $LIB");
  if (other !== undefined)
    throw new ElfError(`ld.so refers to more than one text that may be $LIB: ${named.join(", ")}`);
  return { lib, systemFolders };
}

/** `system_dirs` is known by the table of lengths, `system_dirs_len`, that goes with it: words, one a folder. */
function systemFoldersOf(ldso: Elf): readonly string[] {
  const section = sectionNamed(ldso, ".rodata");
  const data = section ? sectionBytes(ldso, section) : Buffer.alloc(0);
  const lists = (data.toString("latin1").match(FOLDERS) ?? []).map((run) =>
    run.split("\0").slice(0, -1),
  );
  const [found] = lists
    .flatMap(parts)
    .filter((list) => data.includes(lengthTable(list, ldso.bits / 8)))
    .sort((a, b) => b.length - a.length);
  if (found === undefined) throw new ElfError("ld.so has no list of the folders it searches");
  return found;
}

/** Every part of a list that lies in one piece: what lies before and behind it may look like a folder, too. */
function parts(list: readonly string[]): readonly (readonly string[])[] {
  return list.flatMap((_, start) =>
    list.slice(start).map((__, count) => list.slice(start, start + count + 1)),
  );
}

function lengthTable(folders: readonly string[], wordSize: number): Buffer {
  const table = Buffer.alloc(folders.length * wordSize);
  folders.forEach((folder, index) => {
    table.writeUInt32LE(folder.length, index * wordSize);
  });
  return table;
}

/** `/usr/lib64/` -> `lib64`, `usr/lib64`: `$LIB` is the end of the folder that libc.so.6 is installed in. */
function tailsOf(folder: string): readonly string[] {
  const words = folder.split("/").filter((word) => word !== "");
  return words.map((_, index) => words.slice(words.length - 1 - index).join("/"));
}

/** Whether code loads the address of a text. */
function isUsed(ldso: Elf, text: string): boolean {
  const section = sectionNamed(ldso, ".rodata");
  if (section === undefined) return false;
  const data = sectionBytes(ldso, section);
  const wanted = Buffer.from(`${text}\0`, "latin1");
  const places = loadedAddresses(ldso);
  for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + 1)) {
    if (places.has(section.address + at)) return true;
  }
  return false;
}

/** The addresses that `lea` instructions make: from the next instruction on x86_64, from the GOT on i386. */
function loadedAddresses(ldso: Elf): ReadonlySet<number> {
  const section = sectionNamed(ldso, ".text");
  const code = section ? sectionBytes(ldso, section) : Buffer.alloc(0);
  const got = dynamicEntries(ldso).find(({ tag }) => tag === DT_PLTGOT)?.value ?? 0;
  const found = new Set<number>();
  for (let at = code.indexOf(LEA); at >= 0; at = code.indexOf(LEA, at + 1)) {
    if (at + 6 > code.length) break;
    const operand = code[at + 1] ?? 0;
    const isNear = ldso.bits === 64 ? (operand & 0xc7) === 5 : operand >> 6 === 2;
    const base = ldso.bits === 64 ? (section?.address ?? 0) + at + 6 : got;
    if (isNear) found.add(base + code.readInt32LE(at + 2));
  }
  return found;
}
