/** Where things are inside the structs of an ABI: fields by path, and structs walked down to their leaves. */
import { TARGETS } from "../targets.ts";
import type { Abi, Field, Struct, Type } from "./model.ts";

/** A field reached from an outer struct. `offset` is in bytes from the start of that struct. */
export interface Place {
  /** `_dl_ns[0]._ns_debug.base.r_map`. */
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  readonly type: Type;
  readonly bits?: { readonly first: number; readonly width: number };
}

/** The struct or union with this name. */
export function structNamed(abi: Abi, name: string): Struct | undefined {
  return abi.structs.find((struct) => struct.name === name);
}

/** Size of a type in bytes. Pointers have the ABI's word size. */
export function typeSize(abi: Abi, type: Type): number {
  switch (type.kind) {
    case "integer":
    case "bytes":
      return type.size;
    case "pointer":
    case "function-pointer":
      return TARGETS[abi.arch].wordSize;
    case "struct":
      return structNamed(abi, type.name)?.size ?? 0;
    case "array":
      return typeSize(abi, type.of) * type.count;
  }
}

function member(field: Field, base: number, prefix: string): Place {
  return {
    path: prefix + field.name,
    offset: base + field.offset,
    size: field.size,
    type: field.type,
    ...(field.bits && { bits: field.bits }),
  };
}

function element(abi: Abi, place: Place, index: number): Place | undefined {
  if (place.type.kind !== "array") return undefined;
  const isFlexible = place.type.count === 0;
  if (!isFlexible && index >= place.type.count) return undefined;
  const size = typeSize(abi, place.type.of);
  const path = `${place.path}[${index}]`;
  return { path, offset: place.offset + index * size, size, type: place.type.of };
}

/**
 * The place that a path such as `_dl_ns[0]._ns_debug.base.r_map` names.
 * @returns undefined when the struct or a field on the way does not exist in this ABI
 */
export function placeOf(abi: Abi, structName: string, path: string): Place | undefined {
  const start: Place = {
    path: "",
    offset: 0,
    size: 0,
    type: { kind: "struct", name: structName },
  };
  const steps = path.match(/[^.[\]]+/g) ?? [];
  return steps.reduce((place: Place | undefined, step) => {
    if (!place) return undefined;
    if (/^\d+$/.test(step)) return element(abi, place, Number(step));
    if (place.type.kind !== "struct") return undefined;
    const field = structNamed(abi, place.type.name)?.fields.find(({ name }) => name === step);
    return field && member(field, place.offset, place.path === "" ? "" : `${place.path}.`);
  }, start);
}

function isScalarArray(type: Type): boolean {
  return type.kind === "array" && type.of.kind !== "struct" && type.of.kind !== "array";
}

function descend(abi: Abi, place: Place): Place[] {
  const { type } = place;
  if (type.kind === "struct") return leavesOf(abi, type.name, place.offset, `${place.path}.`);
  if (type.kind !== "array" || isScalarArray(type)) return [place];
  return Array.from({ length: type.count }, (_, i) => element(abi, place, i))
    .filter((item) => item !== undefined)
    .flatMap((item) => descend(abi, item));
}

/**
 * All fields of a struct down to scalars and arrays of scalars, in order of declaration. Members of
 * unions are all listed, so ranges may overlap.
 */
export function leavesOf(abi: Abi, structName: string, base = 0, prefix = ""): Place[] {
  const fields = structNamed(abi, structName)?.fields ?? [];
  return fields.flatMap((field) => descend(abi, member(field, base, prefix)));
}
