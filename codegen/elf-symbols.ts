/** The symbol tables of an ELF file, with the versions of its dynamic symbols (GNU symbol versioning). */
import { type Elf, ElfError, ElfReader, type Section, stringAt } from "./elf.ts";

/** A symbol of .symtab or .dynsym. */
export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  /** STT_*: 1 object, 2 function, 6 TLS, 10 ifunc. */
  readonly type: number;
  /** STB_*: 0 local, 1 global, 2 weak, 10 unique. */
  readonly binding: number;
  /** STV_*: 0 default, 1 internal, 2 hidden, 3 protected. */
  readonly visibility: number;
  /** Section index; 0 means undefined. */
  readonly section: number;
}

/** A symbol of .dynsym with its version. */
export interface DynamicSymbol extends ElfSymbol {
  /** Absent for an unversioned (base or local) symbol. */
  readonly version?: string;
  /** `name@@version`: the version that an unversioned reference binds to. */
  readonly isDefault: boolean;
  /** For an undefined symbol: the file its version is needed from. */
  readonly neededFrom?: string;
}

export const SHT_SYMTAB = 2;
export const SHT_DYNSYM = 11;
export const SHT_GNU_VERDEF = 0x6ffffffd;
export const SHT_GNU_VERNEED = 0x6ffffffe;
export const SHT_GNU_VERSYM = 0x6fffffff;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_TLS = 6;
export const STT_GNU_IFUNC = 10;
export const STB_WEAK = 2;

const VERSYM_HIDDEN = 0x8000;

function symbolTable(elf: Elf, table: Section): ElfSymbol[] {
  const read = new ElfReader(elf.bytes, elf.bits);
  const strings = elf.sections[table.link];
  if (!strings) throw new ElfError(`symbol table ${table.name} has no string table`);
  const size = elf.bits === 64 ? 24 : 16;
  return Array.from({ length: Math.floor(table.size / size) }, (_, i) => {
    const at = table.offset + i * size;
    const wide = elf.bits === 64;
    const infoAt = at + (wide ? 4 : 12);
    const info = read.u16(infoAt);
    return {
      name: stringAt(elf.bytes, strings.offset + read.u32(at)),
      value: read.word(at + (wide ? 8 : 4)),
      size: read.word(at + (wide ? 16 : 8)),
      type: info & 15,
      binding: (info >> 4) & 15,
      visibility: (info >> 8) & 3,
      section: read.u16(infoAt + 2),
    };
  });
}

/** The symbols of .symtab; empty for a stripped file. */
export function symbols(elf: Elf): readonly ElfSymbol[] {
  const table = elf.sections.find((section) => section.type === SHT_SYMTAB);
  return table ? symbolTable(elf, table) : [];
}

interface VersionName {
  readonly name: string;
  readonly neededFrom?: string;
}

function definedVersions(elf: Elf, versions: Map<number, VersionName>): void {
  const section = elf.sections.find((s) => s.type === SHT_GNU_VERDEF);
  const strings = section && elf.sections[section.link];
  if (!section || !strings) return;
  const read = new ElfReader(elf.bytes, elf.bits);
  let at = section.offset;
  for (let i = 0; i < section.info; i++) {
    const isBase = (read.u16(at + 2) & 1) !== 0;
    const nameAt = read.u32(at + read.u32(at + 12));
    if (!isBase) {
      versions.set(read.u16(at + 4), { name: stringAt(elf.bytes, strings.offset + nameAt) });
    }
    at += read.u32(at + 16);
  }
}

function neededVersions(elf: Elf, versions: Map<number, VersionName>): void {
  const section = elf.sections.find((s) => s.type === SHT_GNU_VERNEED);
  const strings = section && elf.sections[section.link];
  if (!section || !strings) return;
  const read = new ElfReader(elf.bytes, elf.bits);
  const text = (offset: number) => stringAt(elf.bytes, strings.offset + offset);
  let at = section.offset;
  for (let i = 0; i < section.info; i++) {
    const neededFrom = text(read.u32(at + 4));
    let aux = at + read.u32(at + 8);
    for (let k = 0; k < read.u16(at + 2); k++) {
      versions.set(read.u16(aux + 6), { name: text(read.u32(aux + 8)), neededFrom });
      aux += read.u32(aux + 12);
    }
    at += read.u32(at + 12);
  }
}

/** The names of the versions a file defines, in the order of the file, without the base version. */
export function versionDefinitions(elf: Elf): readonly string[] {
  const versions = new Map<number, VersionName>();
  definedVersions(elf, versions);
  return [...versions.values()].map(({ name }) => name);
}

/** The symbols of .dynsym, without the empty first one, each with its version. */
export function dynamicSymbols(elf: Elf): readonly DynamicSymbol[] {
  const table = elf.sections.find((section) => section.type === SHT_DYNSYM);
  if (!table) return [];
  const versym = elf.sections.find((section) => section.type === SHT_GNU_VERSYM);
  const versions = new Map<number, VersionName>();
  definedVersions(elf, versions);
  neededVersions(elf, versions);
  const read = new ElfReader(elf.bytes, elf.bits);
  return symbolTable(elf, table)
    .map((symbol, i): DynamicSymbol => {
      const index = versym ? read.u16(versym.offset + 2 * i) : 1;
      const version = versions.get(index & ~VERSYM_HIDDEN);
      return {
        ...symbol,
        isDefault: (index & VERSYM_HIDDEN) === 0,
        ...(version && { version: version.name }),
        ...(version?.neededFrom !== undefined && { neededFrom: version.neededFrom }),
      };
    })
    .slice(1);
}
