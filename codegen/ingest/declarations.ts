/**
 * C declarations as pahole prints them -> plain values, parsed with tree-sitter. Knows C's syntax and
 * pahole's offset comments; resolves no name and computes no layout.
 */
import Parser from "tree-sitter";
import C from "tree-sitter-c";

/** A C type as it is written, names unresolved. */
export type CType =
  /** A basic type or a typedef's name. */
  | { readonly kind: "name"; readonly name: string }
  /** `struct tag` or `union tag` without a body. */
  | { readonly kind: "tag"; readonly tag: string }
  /** A struct or union with its body in place. */
  | { readonly kind: "record"; readonly record: CRecord }
  | { readonly kind: "enum"; readonly signed: boolean }
  | { readonly kind: "pointer"; readonly to: CType }
  | { readonly kind: "function" }
  | { readonly kind: "array"; readonly of: CType; readonly count: number };

/** A member. `offset` counts from the start of the outermost record; both are bytes. */
export interface CField {
  /** Absent for an anonymous struct or union. */
  readonly name?: string;
  readonly type: CType;
  readonly offset: number;
  readonly size: number;
  readonly align?: number;
  /** `first` counts from bit 0 of the byte at `offset`. */
  readonly bits?: { readonly first: number; readonly width: number };
}

/** A struct or union. */
export interface CRecord {
  readonly kind: "struct" | "union";
  readonly tag?: string;
  readonly fields: readonly CField[];
  readonly align?: number;
  /** Absent for unions, whose size pahole does not print. */
  readonly size?: number;
}

/** All declarations of a text. The first of several with one name counts. */
export interface Declarations {
  readonly records: ReadonlyMap<string, CRecord>;
  readonly typedefs: ReadonlyMap<string, CType>;
  /** Enumerators of enumerations with a tag or a typedef's name. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

type Node = Parser.SyntaxNode;

const PLACE = /^\/\*\s*(\d+)(?::\s*(\d+))?\s+(\d+)\s*\*\/$/;
const RECORD_SIZE = /^\/\* size: (\d+)[,\s]/;

function childOfType(node: Node, ...types: string[]): Node | undefined {
  return node.namedChildren.find((child) => types.includes(child.type));
}

const ALIGNED = /__aligned__\((\d+)\)/;

/** The alignment that an attribute directly below a node asks for. */
function alignment(node: Node): { readonly align?: number } {
  const match = ALIGNED.exec(childOfType(node, "attribute_specifier")?.text ?? "");
  return match?.[1] === undefined ? {} : { align: Number(match[1]) };
}

function enumerators(specifier: Node): Map<string, number> {
  const list = childOfType(specifier, "enumerator_list");
  const entries = (list?.namedChildren ?? []).flatMap((node): [string, number][] => {
    const [name, value] = node.namedChildren;
    return node.type === "enumerator" && name && value ? [[name.text, Number(value.text)]] : [];
  });
  return new Map(entries);
}

function specifierType(node: Node): CType {
  switch (node.type) {
    case "struct_specifier":
    case "union_specifier": {
      if (childOfType(node, "field_declaration_list")) {
        return { kind: "record", record: recordOf(node) };
      }
      return { kind: "tag", tag: childOfType(node, "type_identifier")?.text ?? "" };
    }
    case "enum_specifier": {
      const values = [...enumerators(node).values()];
      return { kind: "enum", signed: values.some((value) => value < 0) };
    }
    default:
      return { kind: "name", name: node.text.replace(/\s+/g, " ") };
  }
}

/** Walks from the outside of a declarator to its name, wrapping the type on the way. */
function declared(node: Node, type: CType): { name: string; type: CType } {
  const inner = () => {
    const child = childOfType(
      node,
      "array_declarator",
      "pointer_declarator",
      "function_declarator",
      "parenthesized_declarator",
      "field_identifier",
      "type_identifier",
      "primitive_type",
    );
    if (!child) throw new Error(`unexpected declarator: ${node.text}`);
    return child;
  };
  switch (node.type) {
    case "pointer_declarator":
      return declared(inner(), { kind: "pointer", to: type });
    case "array_declarator": {
      const count = childOfType(node, "number_literal");
      return declared(inner(), { kind: "array", of: type, count: count ? Number(count.text) : 0 });
    }
    case "function_declarator":
      return declared(inner(), { kind: "function" });
    case "parenthesized_declarator":
      return declared(inner(), type);
    default:
      return { name: node.text, type };
  }
}

const SPECIFIERS = [
  "struct_specifier",
  "union_specifier",
  "enum_specifier",
  "primitive_type",
  "sized_type_specifier",
  "type_identifier",
];

function fieldOf(node: Node, place: RegExpExecArray): CField {
  const specifier = childOfType(node, ...SPECIFIERS);
  if (!specifier) throw new Error(`no type in the member ${node.text}`);
  const base = specifierType(specifier);
  const declarator = node.namedChildren.find(
    (child) => /_declarator$|^field_identifier$/.test(child.type) && child.id !== specifier.id,
  );
  const unit = { offset: Number(place[1]), size: Number(place[3]), ...alignment(node) };
  if (!declarator) return { type: base, ...unit };
  const { name, type } = declared(declarator, base);
  const clause = childOfType(node, "bitfield_clause");
  if (!clause) return { name, type, ...unit };
  const width = Number(clause.namedChildren[0]?.text);
  const first = Number(place[2] ?? 0);
  const inByte = first % 8;
  return {
    name,
    type,
    offset: unit.offset + Math.floor(first / 8),
    size: Math.ceil((inByte + width) / 8),
    bits: { first: inByte, width },
  };
}

function recordOf(specifier: Node): CRecord {
  const list = childOfType(specifier, "field_declaration_list");
  const children = list?.namedChildren ?? [];
  const fields = children.flatMap((node, i): CField[] => {
    if (node.type !== "field_declaration") return [];
    const place = PLACE.exec(children[i + 1]?.text ?? "");
    if (!place) throw new Error(`pahole printed no offset for the member ${node.text}`);
    return [fieldOf(node, place)];
  });
  const size = children.flatMap((node) => RECORD_SIZE.exec(node.text)?.[1] ?? [])[0];
  const tag = childOfType(specifier, "type_identifier")?.text;
  return {
    kind: specifier.type === "union_specifier" ? "union" : "struct",
    ...(tag !== undefined && { tag }),
    ...alignment(specifier),
    fields,
    ...(size !== undefined && { size: Number(size) }),
  };
}

function parse(text: string): Node {
  const parser = new Parser();
  // The grammar package's own type lags behind the one the parser asks for.
  parser.setLanguage(C as Parser.Language);
  return parser.parse((index: number) => text.slice(index, index + 16384)).rootNode;
}

/**
 * Parses pahole's output.
 * @throws Error naming the member when one has no offset comment
 */
export function parseDeclarations(text: string): Declarations {
  const records = new Map<string, CRecord>();
  const typedefs = new Map<string, CType>();
  const enums = new Map<string, ReadonlyMap<string, number>>();
  const add = <V>(map: Map<string, V>, name: string | undefined, value: () => V) => {
    if (name !== undefined && !map.has(name)) map.set(name, value());
  };
  for (const node of parse(text).namedChildren) {
    const specifier = node.type === "type_definition" ? childOfType(node, ...SPECIFIERS) : node;
    if (!specifier) continue;
    const tag = childOfType(specifier, "type_identifier")?.text;
    if (childOfType(specifier, "field_declaration_list")) {
      add(records, tag, () => recordOf(specifier));
    }
    if (childOfType(specifier, "enumerator_list")) {
      add(enums, tag, () => enumerators(specifier));
    }
    if (node.type !== "type_definition") continue;
    const declarator = node.namedChildren.find((child) => child.id !== specifier.id);
    if (!declarator) continue;
    const { name, type } = declared(declarator, specifierType(specifier));
    add(typedefs, name, () => type);
    if (childOfType(specifier, "enumerator_list")) {
      add(enums, name, () => enumerators(specifier));
    }
  }
  return { records, typedefs, enums };
}
