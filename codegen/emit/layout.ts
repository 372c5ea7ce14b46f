/**
 * glibc_layout.h: the views as C, every used field at the offset that the ABI gives, padding between,
 * and an assertion for every offset and size.
 */

import type { Abi, Field, Type } from "../abi/model.ts";
import type { Target } from "../targets.ts";
import { assertEqual, composite, declaration, lines } from "./c-text.ts";
import { bitRange, type View, type Views } from "./views.ts";

/** The text of all views, and their assertions. */
export interface LayoutText {
  readonly declarations: string;
  readonly views: string;
  readonly assertions: string;
}

/** Writes the views of an ABI for a target. */
export function layoutText(abi: Abi, target: Target, views: Views): LayoutText {
  const keywords = new Map(abi.structs.map((struct) => [struct.name, struct.kind]));
  const writer = new ViewWriter(target, views, keywords);
  const tags = views.ordered.map(({ struct }) => struct);
  return {
    declarations: lines(
      tags.map(({ name, kind }) =>
        name.endsWith("_t") ? `typedef ${kind} ${name} ${name};` : `${kind} ${name};`,
      ),
    ),
    views: lines(views.ordered.flatMap((view) => writer.view(view))),
    assertions: lines(views.ordered.flatMap(assertions)),
  };
}

function assertions({ struct, fields }: View): string[] {
  const tag = `${struct.kind} ${struct.name}`;
  return [
    assertEqual(`sizeof(${tag})`, struct.size),
    ...fields
      .filter((field) => field.bits === undefined)
      .map((field) => assertEqual(`offsetof(${tag}, ${field.name})`, field.offset)),
  ];
}

/** Padding is numbered through one view. */
class Padding {
  #count = 0;

  /** Members that fill the bits from `from` to `to`. */
  fill(from: number, to: number): string[] {
    const members: string[] = [];
    let at = from;
    const bits = (width: number): void => {
      if (width > 0) members.push(declaration("unsigned char", `${this.#name()} : ${width}`));
      at += Math.max(width, 0);
    };
    bits(Math.min(to, Math.ceil(from / 8) * 8) - from);
    const bytes = Math.floor((to - at) / 8);
    if (bytes > 0) members.push(declaration("unsigned char", `${this.#name()}[${bytes}]`));
    at += Math.max(bytes, 0) * 8;
    bits(to - at);
    return members;
  }

  #name(): string {
    return `_pad_${this.#count++}`;
  }
}

class ViewWriter {
  readonly #target: Target;
  readonly #views: Views;
  readonly #keywords: ReadonlyMap<string, "struct" | "union">;
  /** Alignment of the views written so far, bytes. */
  readonly #alignments = new Map<string, number>();

  constructor(target: Target, views: Views, keywords: ReadonlyMap<string, "struct" | "union">) {
    this.#target = target;
    this.#views = views;
    this.#keywords = keywords;
  }

  view({ struct, fields }: View): string[] {
    const padding = new Padding();
    const end = struct.size * 8;
    this.#alignments.set(
      struct.name,
      Math.max(1, ...fields.map((field) => this.#alignment(field.type))),
    );
    const overlapping = struct.kind === "union" && fields.length > 0;
    const members = overlapping
      ? this.#alternatives(fields, 0, end, padding)
      : this.#members(fields, 0, end, padding);
    return composite(struct.kind, struct.name, members);
  }

  /** Members for `fields` (by position) and padding, from bit `start` to bit `end`. */
  #members(fields: readonly Field[], start: number, end: number, padding: Padding): string[] {
    const members: string[] = [];
    let at = start;
    for (const cluster of clusters(fields)) {
      const [first] = cluster;
      if (first === undefined) continue;
      const from = bitRange(first).start;
      const to = Math.max(...cluster.map((field) => bitRange(field).end));
      members.push(...padding.fill(at, from));
      if (cluster.length === 1) {
        members.push(this.#member(first));
        at = to;
      } else {
        members.push(
          ...composite("union", undefined, this.#alternatives(cluster, from, to, padding)),
        );
        const align = 8 * Math.max(...cluster.map((field) => this.#alignment(field.type)));
        at = Math.ceil(to / align) * align;
      }
    }
    members.push(...padding.fill(at, end));
    return members;
  }

  /** One alternative of a union for each field, and one of the full size. */
  #alternatives(fields: readonly Field[], start: number, end: number, padding: Padding): string[] {
    const own = fields.flatMap((field) =>
      bitRange(field).start === start && field.bits === undefined
        ? [this.#member(field)]
        : composite(
            "struct",
            undefined,
            this.#members([field], start, bitRange(field).end, padding),
          ),
    );
    const reached = Math.max(...fields.map((field) => bitRange(field).end));
    return reached < end ? [...own, ...padding.fill(start, end)] : own;
  }

  #member(field: Field): string {
    if (field.bits !== undefined) return bitField(field);
    return this.#declare(field.type, field.name, field.size);
  }

  #declare(type: Type, declarator: string, size: number): string {
    switch (type.kind) {
      case "integer":
        return declaration(integerType(type.size, type.signed), declarator);
      case "pointer":
        return type.to !== undefined && this.#views.nameable.has(type.to)
          ? declaration(`${this.#keywords.get(type.to) ?? "struct"} ${type.to} *`, declarator)
          : declaration("void *", declarator);
      case "function-pointer":
        return declaration("void", `(*${declarator})(void)`);
      case "struct":
        return this.#alignments.has(type.name)
          ? declaration(`${this.#keywords.get(type.name)} ${type.name}`, declarator)
          : declaration("unsigned char", `${declarator}[${size}]`);
      case "array":
        return this.#declare(
          type.of,
          `${declarator}[${type.count}]`,
          size / Math.max(type.count, 1),
        );
      case "bytes":
        return declaration("unsigned char", `${declarator}[${type.size}]`);
    }
  }

  #alignment(type: Type): number {
    const { wordSize } = this.#target;
    switch (type.kind) {
      case "integer":
        return Math.min(type.size, wordSize);
      case "pointer":
      case "function-pointer":
        return wordSize;
      case "struct":
        return this.#alignments.get(type.name) ?? 1;
      case "array":
        return this.#alignment(type.of);
      case "bytes":
        return 1;
    }
  }
}

/** Runs of fields that overlap each other. */
function clusters(fields: readonly Field[]): readonly (readonly Field[])[] {
  const found: Field[][] = [];
  let reached = -1;
  for (const field of fields) {
    const { start, end } = bitRange(field);
    if (start < reached) found.at(-1)?.push(field);
    else found.push([field]);
    reached = Math.max(reached, end);
  }
  return found;
}

/** A bit-field in the smallest unit that holds it, which is where the psABI puts it after its padding. */
function bitField(field: Field): string {
  const { start, end } = bitRange(field);
  const unit = [8, 16, 32, 64].find(
    (size) => Math.floor(start / size) === Math.floor((end - 1) / size),
  );
  if (unit === undefined) throw new Error(`${field.name}: a bit-field across units`);
  const type = { 8: "unsigned char", 16: "unsigned short", 32: "unsigned int" }[unit] ?? "uint64_t";
  return declaration(type, `${field.name} : ${end - start}`);
}

function integerType(size: number, signed: boolean): string {
  if (size === 1 && signed) return "char";
  return `${signed ? "" : "u"}int${size * 8}_t`;
}
