/**
 * The tunables of a glibc, read from the static table in its ld.so. Knows that table's record; the
 * record's layout comes from the debug info.
 */
import type { Field, Struct, Tunable } from "../abi/model.ts";
import { type Elf, readAt, sectionBytes, sectionNamed } from "../elf.ts";

type Security = Tunable["security"];

const TYPES: readonly Tunable["type"][] = ["int32", "uint64", "size", "string"];
const SECURITY: readonly Security[] = ["sxid-erase", "sxid-ignore", "none"];
/** R_X86_64_RELATIVE; i386 keeps addends in place. */
const RELATIVE = 8;

/** The addends of relative relocations by address: pointers of a file that nobody has relocated yet. */
function relativeAddends(elf: Elf): Map<number, number> {
  const addends = new Map<number, number>();
  const section = sectionNamed(elf, ".rela.dyn");
  if (!section) return addends;
  const bytes = sectionBytes(elf, section);
  for (let at = 0; at + 24 <= bytes.length; at += 24) {
    if (bytes.readUInt32LE(at + 8) !== RELATIVE) continue;
    addends.set(Number(bytes.readBigUInt64LE(at)), Number(bytes.readBigInt64LE(at + 16)));
  }
  return addends;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}

/** Reads records of one layout. */
class TableReader {
  private readonly elf: Elf;
  private readonly structs: ReadonlyMap<string, Struct>;
  private readonly addends: ReadonlyMap<number, number>;

  constructor(elf: Elf, structs: readonly Struct[]) {
    this.elf = elf;
    this.structs = new Map(structs.map((struct) => [struct.name, struct]));
    this.addends = relativeAddends(elf);
  }

  struct(name: string): Struct {
    const struct = this.structs.get(name);
    if (!struct) throw new Error(`the debug info has no struct ${name}`);
    return struct;
  }

  field(struct: Struct, name: string): Field | undefined {
    return struct.fields.find((field) => field.name === name);
  }

  text(record: number, field: Field): string {
    if (field.type.kind === "array")
      return cString(readAt(this.elf, record + field.offset, field.size));
    const at = record + field.offset;
    const word = readAt(this.elf, at, this.elf.bits / 8);
    const target = this.addends.get(at) ?? word.readUIntLE(0, Math.min(6, word.length));
    return target === 0 ? "" : cString(readAt(this.elf, target, 128));
  }

  number(at: number, size: number): bigint {
    const bytes = readAt(this.elf, at, size);
    return size === 8 ? bytes.readBigInt64LE(0) : BigInt(bytes.readInt32LE(0));
  }
}

function decimal(value: bigint, type: Tunable["type"]): string {
  return String(type === "int32" ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}

function readTunable(reader: TableReader, record: number): Tunable {
  const layout = reader.struct("_tunable");
  const typeLayout = reader.struct("tunable_type_t");
  const field = (struct: Struct, name: string) => {
    const found = reader.field(struct, name);
    if (!found) throw new Error(`struct ${struct.name} has no field ${name}`);
    return found;
  };
  const typeAt = record + field(layout, "type").offset;
  const number = (name: string) => {
    const { offset, size } = field(typeLayout, name);
    return reader.number(typeAt + offset, size);
  };
  const type = TYPES[Number(number("type_code"))];
  if (!type) throw new Error(`unknown tunable type ${number("type_code")}`);
  // Before 2.40 the value itself held the default until it was set.
  const value = reader.field(layout, "def") ?? field(layout, "val");
  const level = reader.field(layout, "security_level");
  // Without a level of their own (since 2.39), all are ignored in a secure process.
  const security = level
    ? SECURITY[Number(reader.number(record + level.offset, 4))]
    : "sxid-ignore";
  const alias = reader.text(record, field(layout, "env_alias"));
  return {
    name: reader.text(record, field(layout, "name")),
    type,
    default: type === "string" ? "" : decimal(reader.number(record + value.offset, 8), type),
    min: decimal(number("min"), type),
    max: decimal(number("max"), type),
    security: security ?? "sxid-ignore",
    ...(alias !== "" && { environmentAlias: alias }),
  };
}

/**
 * All tunables in id order.
 * @param ldso the linker with its data
 * @param table address and size of `tunable_list`, from the symbol table of the debug file
 * @param structs must contain `_tunable` and `tunable_type_t`
 */
export function readTunables(
  ldso: Elf,
  table: { readonly value: number; readonly size: number },
  structs: readonly Struct[],
): readonly Tunable[] {
  const reader = new TableReader(ldso, structs);
  const { size } = reader.struct("_tunable");
  if (table.size % size !== 0) {
    throw new Error(`tunable_list has ${table.size} bytes, not a multiple of a record's ${size}`);
  }
  return Array.from({ length: table.size / size }, (_, id) =>
    readTunable(reader, table.value + id * size),
  );
}
