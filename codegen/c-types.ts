/**
 * The types of C declarations, as far as following `.` and `->` needs them. Knows syntax trees and
 * declarations; does not know what is used, nor anything of an ABI.
 */

import type { CSource, Node } from "./c-source.ts";
import { lineOf } from "./c-source.ts";
import { GenerationError } from "./diagnostic.ts";

/** A C type. Everything that has no members is `scalar`; `unknown` could not be told. */
export type CType =
  | { readonly kind: "struct"; readonly tag: string }
  | { readonly kind: "pointer"; readonly to: CType }
  | { readonly kind: "array"; readonly of: CType }
  | { readonly kind: "function"; readonly returns: CType }
  | { readonly kind: "scalar" }
  | { readonly kind: "unknown" };

export const SCALAR: CType = { kind: "scalar" };
export const UNKNOWN: CType = { kind: "unknown" };

/** A name and its type, as a declarator gives it. */
export interface Declared {
  readonly name: string;
  readonly type: CType;
  readonly node: Node;
}

/** What a set of files declares at file scope. */
export class Declarations {
  /** Members by tag of struct or union. */
  readonly structs = new Map<string, Map<string, CType>>();
  readonly typedefs = new Map<string, CType>();
  readonly values = new Map<string, CType>();
  /** Object-like macros: their replacement. */
  readonly macros = new Map<string, string>();
  /** Function-like macros. */
  readonly functionMacros = new Map<string, string>();

  /** Adds all that `source` declares at file scope. */
  add(source: CSource): void {
    for (const node of fileScope(source.root)) this.#addNode(source, node);
  }

  #addNode(source: CSource, node: Node): void {
    switch (node.type) {
      case "declaration":
        for (const { name, type } of this.declared(node)) this.values.set(name, type);
        break;
      case "type_definition":
        for (const { name, type } of this.declared(node)) this.typedefs.set(name, type);
        break;
      case "function_definition":
        for (const { name, type } of this.declared(node)) this.values.set(name, type);
        break;
      case "struct_specifier":
      case "union_specifier":
      case "enum_specifier":
        this.specified(node);
        break;
      case "preproc_def":
        this.macros.set(textOf(node, "name"), textOf(node, "value").trim());
        break;
      case "preproc_function_def":
        this.functionMacros.set(textOf(node, "name"), textOf(node, "value").trim());
        break;
      case "ERROR":
        throw new GenerationError([
          { path: source.path, line: lineOf(node), message: "this declaration is not understood" },
        ]);
    }
  }

  /** The names that a declaration, definition, parameter or member list entry declares. */
  declared(node: Node): readonly Declared[] {
    const specifier = node.childForFieldName("type");
    const base = specifier ? this.specified(specifier) : SCALAR;
    return node
      .childrenForFieldName("declarator")
      .flatMap((declarator) => declare(declarator, base) ?? []);
  }

  /** The type that a specifier names; registers the struct that it defines. */
  specified(node: Node): CType {
    switch (node.type) {
      case "struct_specifier":
      case "union_specifier":
        return this.#struct(node);
      case "enum_specifier":
        for (const enumerator of node.descendantsOfType("enumerator")) {
          this.values.set(textOf(enumerator, "name"), SCALAR);
        }
        return SCALAR;
      case "type_identifier":
        return this.typedefs.get(node.text) ?? { kind: "struct", tag: node.text };
      case "primitive_type":
      case "sized_type_specifier":
        return SCALAR;
      case "type_descriptor":
        return this.described(node);
      default:
        return UNKNOWN;
    }
  }

  /** The type of a cast, sizeof or compound literal. */
  described(node: Node): CType {
    const specifier = node.childForFieldName("type");
    const base = specifier ? this.specified(specifier) : UNKNOWN;
    const declarator = node.childForFieldName("declarator");
    return declarator ? abstractType(declarator, base) : base;
  }

  #struct(node: Node): CType {
    const name = node.childForFieldName("name");
    const body = node.childForFieldName("body");
    const tag = name ? name.text : `anonymous at ${node.startIndex} of tree ${treeId(node)}`;
    if (body) {
      const members = new Map<string, CType>();
      this.structs.set(tag, members);
      for (const field of body.namedChildren) {
        if (field.type !== "field_declaration") continue;
        this.#members(field, members);
      }
    }
    return { kind: "struct", tag };
  }

  #members(field: Node, members: Map<string, CType>): void {
    const declared = this.declared(field);
    for (const { name, type } of declared) members.set(name, type);
    if (declared.length > 0) return;
    // An anonymous struct or union: its members are the parent's.
    const specifier = field.childForFieldName("type");
    const inner = specifier ? this.specified(specifier) : UNKNOWN;
    if (inner.kind !== "struct") return;
    for (const [name, type] of this.structs.get(inner.tag) ?? []) members.set(name, type);
  }
}

/** What a pointer points to, or an array holds. */
export function pointee(type: CType): CType {
  if (type.kind === "pointer") return type.to;
  return type.kind === "array" ? type.of : UNKNOWN;
}

/** What a call of something of this type returns: a function, or a pointer to one. */
export function returned(type: CType): CType {
  const called = type.kind === "function" ? type : pointee(type);
  return called.kind === "function" ? called.returns : UNKNOWN;
}

/** The declarations and macros outside functions, through include guards and linkage blocks. */
export function fileScope(root: Node): readonly Node[] {
  const through = /^(preproc_(ifdef|if|else|elif)|linkage_specification|declaration_list)$/;
  return root.namedChildren.flatMap((node) => (through.test(node.type) ? fileScope(node) : [node]));
}

/** The parameter list of a function definition or declarator, if it has one. */
export function parametersOf(declarator: Node): readonly Node[] {
  const list = declarator.descendantsOfType("parameter_list")[0];
  return list ? list.namedChildren.filter((node) => node.type === "parameter_declaration") : [];
}

/** Follows a declarator from the outside in; the base type grows around the name. */
function declare(node: Node, base: CType): Declared | undefined {
  const inner = node.childForFieldName("declarator");
  switch (node.type) {
    case "identifier":
    case "field_identifier":
    case "type_identifier":
    case "primitive_type":
      return { name: node.text, type: base, node };
    case "init_declarator":
      return inner ? declare(inner, base) : undefined;
    case "pointer_declarator":
      return inner ? declare(inner, { kind: "pointer", to: base }) : undefined;
    case "array_declarator":
      return inner ? declare(inner, { kind: "array", of: base }) : undefined;
    case "function_declarator":
      return inner ? declare(inner, { kind: "function", returns: base }) : undefined;
    default: {
      const child = inner ?? node.namedChildren.find((candidate) => isDeclarator(candidate));
      return child ? declare(child, base) : undefined;
    }
  }
}

function isDeclarator(node: Node): boolean {
  return /declarator$|^(field_|type_)?identifier$/.test(node.type);
}

function abstractType(node: Node, base: CType): CType {
  const inner =
    node.childForFieldName("declarator") ??
    node.namedChildren.find((child) => /^abstract_/.test(child.type));
  const wrapped: CType =
    node.type === "abstract_pointer_declarator"
      ? { kind: "pointer", to: base }
      : node.type === "abstract_array_declarator"
        ? { kind: "array", of: base }
        : node.type === "abstract_function_declarator"
          ? { kind: "function", returns: base }
          : base;
  return inner ? abstractType(inner, wrapped) : wrapped;
}

function textOf(node: Node, field: string): string {
  return node.childForFieldName(field)?.text ?? "";
}

const treeIds = new WeakMap<object, number>();
let trees = 0;

/** A number for the tree of a node, so that anonymous structs of different files stay apart. */
function treeId(node: Node): number {
  const known = treeIds.get(node.tree);
  if (known !== undefined) return known;
  treeIds.set(node.tree, ++trees);
  return trees;
}
