/**
 * Enumerators of anonymous enumerations, which pahole does not print, read from DWARF 4 or 5. Knows
 * how to walk .debug_info and nothing else of it: no types, no locations.
 */
import { inflateSync } from "node:zlib";
import { type Elf, ElfError, sectionBytes, sectionNamed } from "../elf.ts";

/** One name of an enumeration and its value. */
export interface Enumerator {
  readonly name: string;
  readonly value: number;
}

const SHF_COMPRESSED = 0x800;
const ELFCOMPRESS_ZLIB = 1;
const TAG_ENUMERATION = 0x04;
const TAG_ENUMERATOR = 0x28;
const AT_NAME = 0x03;
const AT_CONST_VALUE = 0x1c;

function debugSection(elf: Elf, name: string): Buffer {
  const section = sectionNamed(elf, name);
  if (!section) return Buffer.alloc(0);
  const bytes = sectionBytes(elf, section);
  if ((section.flags & SHF_COMPRESSED) === 0) return bytes;
  if (bytes.readUInt32LE(0) !== ELFCOMPRESS_ZLIB) {
    throw new ElfError(`${name} is compressed in a way other than zlib`);
  }
  return inflateSync(bytes.subarray(elf.bits === 64 ? 24 : 12));
}

/** A position in a section. */
class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  fixed(size: number): number {
    const value = size <= 6 ? this.bytes.readUIntLE(this.at, size) : this.wide();
    this.at += size;
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 127) * scale;
      if (byte < 128) return byte & 64 ? value - scale * 128 : value;
    }
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString("latin1", this.at, end);
    this.at = end + 1;
    return text;
  }

  private wide(): number {
    return Number(this.bytes.readBigUInt64LE(this.at));
  }
}

interface Attribute {
  readonly name: number;
  readonly form: number;
  readonly implicit: number;
}

interface Abbreviation {
  readonly tag: number;
  readonly attributes: readonly Attribute[];
}

function abbreviations(bytes: Buffer, at: number): Map<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  const cursor = new Cursor(bytes, at);
  for (let code = cursor.unsigned(); code !== 0; code = cursor.unsigned()) {
    const tag = cursor.unsigned();
    cursor.fixed(1);
    const attributes: Attribute[] = [];
    for (;;) {
      const name = cursor.unsigned();
      const form = cursor.unsigned();
      const implicit = form === 0x21 ? cursor.signed() : 0;
      if (name === 0 && form === 0) break;
      attributes.push({ name, form, implicit });
    }
    table.set(code, { tag, attributes });
  }
  return table;
}

interface Unit {
  readonly addressSize: number;
  readonly offsetSize: 4 | 8;
  readonly version: number;
  readonly strings: Buffer;
  readonly lineStrings: Buffer;
}

type FormReader = (cursor: Cursor, unit: Unit) => string | number;

const fixed =
  (size: number): FormReader =>
  (cursor) =>
    cursor.fixed(size);
const offset: FormReader = (cursor, unit) => cursor.fixed(unit.offsetSize);
const uleb: FormReader = (cursor) => cursor.unsigned();
const block =
  (length: (cursor: Cursor) => number): FormReader =>
  (cursor) => {
    const size = length(cursor);
    cursor.at += size;
    return size;
  };
const stringIn =
  (table: "strings" | "lineStrings"): FormReader =>
  (cursor, unit) =>
    new Cursor(unit[table], cursor.fixed(unit.offsetSize)).text();

/** DW_FORM_* -> how to read it. What is only skipped yields a meaningless number. */
const FORMS: ReadonlyMap<number, FormReader> = new Map<number, FormReader>([
  [0x01, (cursor, unit) => cursor.fixed(unit.addressSize)],
  [0x03, block((cursor) => cursor.fixed(2))],
  [0x04, block((cursor) => cursor.fixed(4))],
  [0x05, fixed(2)],
  [0x06, fixed(4)],
  [0x07, fixed(8)],
  [0x08, (cursor) => cursor.text()],
  [0x09, block((cursor) => cursor.unsigned())],
  [0x0a, block((cursor) => cursor.fixed(1))],
  [0x0b, fixed(1)],
  [0x0c, fixed(1)],
  [0x0d, (cursor) => cursor.signed()],
  [0x0e, stringIn("strings")],
  [0x0f, uleb],
  [0x10, (cursor, unit) => cursor.fixed(unit.version < 3 ? unit.addressSize : unit.offsetSize)],
  [0x11, fixed(1)],
  [0x12, fixed(2)],
  [0x13, fixed(4)],
  [0x14, fixed(8)],
  [0x15, uleb],
  [0x17, offset],
  [0x18, block((cursor) => cursor.unsigned())],
  [0x19, () => 1],
  [0x1a, uleb],
  [0x1b, uleb],
  [0x1c, fixed(4)],
  [0x1d, offset],
  [0x1e, block(() => 16)],
  [0x1f, stringIn("lineStrings")],
  [0x20, fixed(8)],
  [0x22, uleb],
  [0x23, uleb],
  [0x24, fixed(8)],
  [0x25, fixed(1)],
  [0x26, fixed(2)],
  [0x27, fixed(3)],
  [0x28, fixed(4)],
  [0x29, fixed(1)],
  [0x2a, fixed(2)],
  [0x2b, fixed(3)],
  [0x2c, fixed(4)],
  [0x1f20, offset],
  [0x1f21, offset],
]);

function readAttribute(cursor: Cursor, unit: Unit, attribute: Attribute): string | number {
  if (attribute.form === 0x21) return attribute.implicit;
  const read = FORMS.get(attribute.form);
  if (!read) throw new ElfError(`unknown DWARF form 0x${attribute.form.toString(16)}`);
  return read(cursor, unit);
}

function unitEnumerations(
  cursor: Cursor,
  end: number,
  unit: Unit,
  table: ReadonlyMap<number, Abbreviation>,
): Enumerator[][] {
  const found: Enumerator[][] = [];
  while (cursor.at < end) {
    const abbreviation = table.get(cursor.unsigned());
    if (!abbreviation) continue;
    let name: string | number = "";
    let value: string | number = 0;
    for (const attribute of abbreviation.attributes) {
      const read = readAttribute(cursor, unit, attribute);
      if (attribute.name === AT_NAME) name = read;
      if (attribute.name === AT_CONST_VALUE) value = read;
    }
    if (abbreviation.tag === TAG_ENUMERATION) found.push([]);
    if (abbreviation.tag === TAG_ENUMERATOR) {
      found.at(-1)?.push({ name: String(name), value: Number(value) });
    }
  }
  return found;
}

/**
 * The first enumeration in which some enumerator's name matches, in the order of its declaration.
 * @throws ElfError for debug info in a form this reader does not know
 */
export function findEnumeration(elf: Elf, pattern: RegExp): readonly Enumerator[] | undefined {
  const info = debugSection(elf, ".debug_info");
  const abbrev = debugSection(elf, ".debug_abbrev");
  const strings = debugSection(elf, ".debug_str");
  const lineStrings = debugSection(elf, ".debug_line_str");
  for (let at = 0; at < info.length; ) {
    const cursor = new Cursor(info, at);
    const first = cursor.fixed(4);
    const offsetSize = first === 0xffffffff ? 8 : 4;
    const end = (offsetSize === 8 ? cursor.fixed(8) : first) + cursor.at;
    const version = cursor.fixed(2);
    // Version 5 moved the address size before the abbreviations' offset and added a unit type.
    const isType = version >= 5 && [2, 6].includes(cursor.fixed(1));
    const early = version >= 5 ? cursor.fixed(1) : 0;
    const abbrevAt = cursor.fixed(offsetSize);
    const addressSize = version >= 5 ? early : cursor.fixed(1);
    if (isType) cursor.at += 8 + offsetSize;
    const unit = { addressSize, offsetSize, version, strings, lineStrings } as const;
    const enums = unitEnumerations(cursor, end, unit, abbreviations(abbrev, abbrevAt));
    const match = enums.find((list) => list.some(({ name }) => pattern.test(name)));
    if (match) return match;
    at = end;
  }
  return undefined;
}
