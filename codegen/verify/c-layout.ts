/**
 * Whether the structs of a module could have been laid out by a C compiler: no hole that alignment does
 * not explain, nothing beyond the end. An offset changed by hand breaks these rules, whatever it is.
 */
import type { Abi, Field, Struct, Type } from "../abi/model.ts";
import { TARGETS } from "../targets.ts";
import { combined, type Difference, type Verdict } from "./check.ts";

/** Alignment of the types of an ABI. Positions and sizes here are bits. */
class Alignment {
  private readonly word: number;
  private readonly structs: ReadonlyMap<string, Struct>;

  constructor(abi: Abi) {
    this.word = TARGETS[abi.arch].wordSize;
    this.structs = new Map(abi.structs.map((struct) => [struct.name, struct]));
  }

  ofType(type: Type): number {
    switch (type.kind) {
      case "integer":
        return Math.min(type.size, this.word);
      case "pointer":
      case "function-pointer":
        return this.word;
      case "bytes":
        return 1;
      case "array":
        return this.ofType(type.of);
      case "struct": {
        const struct = this.structs.get(type.name);
        return struct ? this.ofStruct(struct) : 1;
      }
    }
  }

  ofStruct({ align = 1, fields }: Struct): number {
    return Math.max(align, ...fields.map((field) => this.ofField(field)));
  }

  ofField(field: Field): number {
    return Math.max(field.align ?? 1, this.ofType(field.type));
  }
}

function up(bit: number, bytes: number): number {
  return Math.ceil(bit / (8 * bytes)) * 8 * bytes;
}

function startOf(field: Field): number {
  return 8 * field.offset + (field.bits?.first ?? 0);
}

function endOf(field: Field): number {
  return field.bits ? startOf(field) + field.bits.width : 8 * (field.offset + field.size);
}

function place(bit: number): string {
  return bit % 8 === 0 ? `offset ${bit / 8}` : `offset ${Math.floor(bit / 8)}, bit ${bit % 8}`;
}

/**
 * A field lies behind the one before it or, after a union whose members were flattened, behind the
 * longest of them; a further member of a union begins where an earlier field began.
 */
function checkField(alignment: Alignment, struct: Struct, index: number): Difference | undefined {
  const field = struct.fields[index];
  if (!field) return undefined;
  const before = struct.fields.slice(0, index);
  const ends = [0, ...before.map(endOf)];
  const align = field.bits ? 1 / 8 : alignment.ofField(field);
  const behind = [ends.at(-1) ?? 0, Math.max(...ends)].map((end) => up(end, align));
  const possible = field.overlay ? before.map(startOf) : behind;
  const found = startOf(field);
  if (possible.includes(found)) return undefined;
  return {
    what: `${struct.name}.${field.name}`,
    expected: place(found),
    found: `that C puts it at ${place(behind[0] ?? 0)}`,
  };
}

function checkStruct(alignment: Alignment, struct: Struct): Verdict {
  const differences = struct.fields.flatMap(
    (_, index) => checkField(alignment, struct, index) ?? [],
  );
  const end = up(Math.max(0, ...struct.fields.map(endOf)), alignment.ofStruct(struct)) / 8;
  const size = { what: `size of ${struct.name}`, expected: `${struct.size}`, found: `${end}` };
  return {
    compared: struct.fields.length + 1,
    differences: end === struct.size ? differences : [...differences, size],
  };
}

/** Holds the structs of a module against C's rules of layout. */
export function verifyLayout(abi: Abi): Verdict {
  const alignment = new Alignment(abi);
  return combined(abi.structs.map((struct) => checkStruct(alignment, struct)));
}
