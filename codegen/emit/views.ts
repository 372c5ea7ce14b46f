/**
 * Which structs of an ABI the runtime gets to see, and which fields of them. Knows uses and structs;
 * knows no C text.
 */

import type { Abi, Field, Struct, Type } from "../abi/model.ts";
import type { Uses } from "../uses.ts";

/** The visible part of one struct. */
export interface View {
  readonly struct: Struct;
  /** In order of position; all inside the struct. */
  readonly fields: readonly Field[];
}

/** What the emitted header declares. */
export interface Views {
  /** Each after the views that it holds by value. */
  readonly ordered: readonly View[];
  /** Tags that a pointer may name: everything else is `void *`. */
  readonly nameable: ReadonlySet<string>;
}

/** The tag of the struct that a field holds by value, in an array or directly. */
export function heldStruct(type: Type): string | undefined {
  if (type.kind === "struct") return type.name;
  return type.kind === "array" ? heldStruct(type.of) : undefined;
}

/** Chooses the views for what `uses` names; `roots` are tags that are declared in any case. */
export function selectViews(abi: Abi, uses: Uses, roots: readonly string[]): Views {
  const structs = new Map(abi.structs.map((struct) => [struct.name, struct]));
  const usedFields = new Map<string, Set<string>>();
  for (const { struct, field } of uses.fields) {
    const names = usedFields.get(struct) ?? new Set<string>();
    usedFields.set(struct, names.add(field));
  }
  const ordered = new Map<string, View>();
  const add = (name: string): void => {
    const struct = structs.get(name);
    if (struct === undefined || ordered.has(name) || uses.ownStructs.has(name)) return;
    const wanted = usedFields.get(name);
    const fields = struct.fields.filter((field) => wanted?.has(field.name)).sort(byPosition);
    for (const field of fields) {
      const held = heldStruct(field.type);
      if (held !== undefined) add(held);
    }
    ordered.set(name, { struct, fields });
  };
  for (const name of [
    ...roots,
    ...usedFields.keys(),
    ...uses.structs.map((use) => use.name),
  ].sort()) {
    add(name);
  }
  return {
    ordered: [...ordered.values()],
    nameable: new Set([...ordered.keys(), ...uses.ownStructs]),
  };
}

/** First and last bit (exclusive) of a field, from the start of its struct. */
export function bitRange(field: Field): { readonly start: number; readonly end: number } {
  const start = field.offset * 8 + (field.bits?.first ?? 0);
  return { start, end: start + (field.bits?.width ?? field.size * 8) };
}

function byPosition(a: Field, b: Field): number {
  return bitRange(a).start - bitRange(b).start || a.size - b.size;
}
