/** Short names for the types that fields of ABI modules have, so that a field is one line of a module. */
import type { Type } from "./model.ts";

export const u8: Type = { kind: "integer", size: 1, signed: false };
export const u16: Type = { kind: "integer", size: 2, signed: false };
export const u32: Type = { kind: "integer", size: 4, signed: false };
export const u64: Type = { kind: "integer", size: 8, signed: false };
export const s8: Type = { kind: "integer", size: 1, signed: true };
export const s16: Type = { kind: "integer", size: 2, signed: true };
export const s32: Type = { kind: "integer", size: 4, signed: true };
export const s64: Type = { kind: "integer", size: 8, signed: true };
export const functionPointer: Type = { kind: "function-pointer" };

/** A data pointer; `to` is the pointed-to struct's tag, when it is one. */
export function pointer(to?: string): Type {
  return to === undefined ? { kind: "pointer" } : { kind: "pointer", to };
}

/** A struct or union of the same ABI. */
export function struct(name: string): Type {
  return { kind: "struct", name };
}

/** `count` elements; 0 for a flexible array. */
export function array(of: Type, count: number): Type {
  return { kind: "array", of, count };
}

/** Anything else. */
export function bytes(size: number): Type {
  return { kind: "bytes", size };
}
