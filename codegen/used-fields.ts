/**
 * What the runtime uses of glibc: which fields of which struct, which structs by name, which exported
 * data objects. Follows the types of expressions through the declarations of the runtime and the structs
 * of the ABI. Pure; what cannot be told from the sources is taken as use of every field of that name.
 */

import type { Type } from "./abi/model.ts";
import { type CSource, lineOf, type Node, parseC } from "./c-source.ts";
import {
  type CType,
  Declarations,
  fileScope,
  parametersOf,
  pointee,
  returned,
  SCALAR,
  UNKNOWN,
} from "./c-types.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { DATA_OBJECTS, EXTENDED_DEBUG } from "./emit/data-objects.ts";
import { GLIBC_FOLDER, OPTIONAL_FOLDER, type ScanContext } from "./scan-context.ts";
import { SYSCALL_NAMES } from "./targets.ts";
import type { FieldUse, NameUse, Uses } from "./uses.ts";

/** What one file uses, and what of it the ABI lacks. */
export interface FileFindings extends Uses {
  readonly complaints: readonly Diagnostic[];
}

/** Types of names, innermost scope first. */
type Scope = readonly Map<string, CType>[];

/** Finds what one file uses. */
export function scanFile(context: ScanContext, source: CSource): FileFindings {
  return new FileScan(context, source).run();
}

/** One file under way. */
class FileScan {
  readonly #scan: ScanContext;
  readonly #source: CSource;
  readonly #own = new Declarations();
  readonly #fields: FieldUse[] = [];
  readonly #structs: NameUse[] = [];
  readonly #objects: NameUse[] = [];
  readonly #definitions: NameUse[] = [];
  readonly #complaints: Diagnostic[] = [];
  /** Macros whose replacement is being looked at. */
  readonly #expanding = new Set<string>();

  constructor(scan: ScanContext, source: CSource) {
    this.#scan = scan;
    this.#source = source;
  }

  run(): FileFindings {
    const { root, offsets } = this.#source;
    this.#own.add(this.#source);
    for (const node of fileScope(root)) this.#fileScopeNode(node);
    for (const { type, member, line } of offsets) this.#offset(type, member, line);
    this.#names(root);
    return {
      fields: this.#fields,
      structs: this.#structs,
      objects: this.#objects,
      definitions: this.#definitions,
      ownStructs: new Set(this.#own.structs.keys()),
      complaints: this.#complaints,
    };
  }

  #fileScopeNode(node: Node): void {
    if (/^(function_definition|declaration)$/.test(node.type)) this.#export(node);
    if (node.type === "function_definition") this.#function(node);
    if (node.type !== "declaration") return;
    const storage = node.namedChildren.find((child) => child.type === "storage_class_specifier");
    for (const { name, type, node: at } of this.#own.declared(node)) {
      const isData = type.kind !== "function";
      if (isData && storage === undefined) this.#definitions.push({ name, ...this.#place(at) });
    }
    this.#statement(node, []);
  }

  /** An optional file that offers what this glibc's ld.so does not have is for another glibc. */
  #export(node: Node): void {
    if (!this.#source.path.startsWith(OPTIONAL_FOLDER)) return;
    if (!this.#source.exportLines.has(lineOf(node))) return;
    for (const { name } of this.#own.declared(node)) {
      if (!this.#scan.exported.has(name))
        this.#complain(lineOf(node), notExported(name, this.#scan));
    }
  }

  #function(node: Node): void {
    const declarator = node.childForFieldName("declarator");
    const body = node.childForFieldName("body");
    const isStatic = node.namedChildren.some(
      (child) => child.type === "storage_class_specifier" && child.text === "static",
    );
    for (const { name, node: at } of this.#own.declared(node)) {
      if (!isStatic) this.#definitions.push({ name, ...this.#place(at) });
    }
    const parameters = new Map<string, CType>();
    for (const parameter of declarator ? parametersOf(declarator) : []) {
      for (const { name, type } of this.#own.declared(parameter)) parameters.set(name, type);
    }
    if (body) this.#statement(body, [parameters]);
  }

  /** Looks into everything below a node, declaring names as they come. */
  #statement(node: Node, scope: Scope): void {
    if (node.type === "compound_statement" || node.type === "for_statement") {
      const inner = [new Map<string, CType>(), ...scope];
      for (const child of node.namedChildren) this.#statement(child, inner);
    } else if (node.type === "declaration") {
      this.#declaration(node, scope);
    } else if (/_expression$|^identifier$|_literal$/.test(node.type)) {
      this.#typeOf(node, scope);
    } else {
      for (const child of node.namedChildren) this.#statement(child, scope);
    }
  }

  #declaration(node: Node, scope: Scope): void {
    const types = new Map(
      this.#declarations()
        .declared(node)
        .map(({ name, type }) => [name, type]),
    );
    for (const [name, type] of types) scope[0]?.set(name, type);
    const visit = (declarator: Node): void => {
      const value = declarator.childForFieldName("value");
      const inner = declarator.childForFieldName("declarator");
      const name = inner?.descendantsOfType("identifier")[0]?.text;
      if (!value) return;
      const type = (name === undefined ? undefined : types.get(name)) ?? UNKNOWN;
      if (value.type === "initializer_list") this.#initializer(value, type, scope);
      else this.#typeOf(value, scope);
    };
    for (const declarator of node.childrenForFieldName("declarator")) visit(declarator);
  }

  /** The file's own declarations, which see the typedefs of all headers. */
  #declarations(): Declarations {
    for (const [name, type] of this.#scan.shared.typedefs) {
      if (!this.#own.typedefs.has(name)) this.#own.typedefs.set(name, type);
    }
    return this.#own;
  }

  /** `{ .a = 1, .b.c = 2, {3} }` for an object of a type. */
  #initializer(list: Node, type: CType, scope: Scope): void {
    const elementType = type.kind === "array" ? type.of : UNKNOWN;
    for (const child of list.namedChildren) {
      if (child.type === "initializer_pair") this.#designated(child, type, scope);
      else if (child.type === "initializer_list") this.#initializer(child, elementType, scope);
      else this.#statement(child, scope);
    }
  }

  #designated(pair: Node, type: CType, scope: Scope): void {
    let at = type;
    for (const designator of pair.childrenForFieldName("designator")) {
      if (designator.type === "field_designator") {
        const name = designator.namedChildren[0]?.text ?? "";
        at = this.#member(at, name, lineOf(designator));
      } else {
        at = at.kind === "array" ? at.of : UNKNOWN;
      }
    }
    const value = pair.childForFieldName("value");
    if (!value) return;
    if (value.type === "initializer_list") this.#initializer(value, at, scope);
    else this.#typeOf(value, scope);
  }

  /** The type of an expression; records what it uses, itself and all its parts. */
  #typeOf(node: Node, scope: Scope): CType {
    const part = (field: string): CType => {
      const child = node.childForFieldName(field);
      return child ? this.#typeOf(child, scope) : UNKNOWN;
    };
    switch (node.type) {
      case "identifier":
        return this.#name(node.text, scope);
      case "field_expression": {
        const base = part("argument");
        const isArrow = node.childForFieldName("operator")?.text === "->";
        const name = node.childForFieldName("field")?.text ?? "";
        return this.#member(isArrow ? pointee(base) : base, name, lineOf(node));
      }
      case "subscript_expression":
        part("index");
        return pointee(part("argument"));
      case "pointer_expression": {
        const argument = part("argument");
        return node.childForFieldName("operator")?.text === "&"
          ? { kind: "pointer", to: argument }
          : pointee(argument);
      }
      case "parenthesized_expression":
        return this.#last(node, scope);
      case "comma_expression":
        part("left");
        return part("right");
      case "cast_expression":
        part("value");
        return this.#described(node);
      case "compound_literal_expression": {
        const type = this.#described(node);
        const value = node.childForFieldName("value");
        if (value) this.#initializer(value, type, scope);
        return type;
      }
      case "call_expression": {
        this.#call(node, scope);
        return returned(part("function"));
      }
      case "assignment_expression":
        part("right");
        return part("left");
      case "update_expression":
        return part("argument");
      case "conditional_expression": {
        part("condition");
        const [yes, no] = [part("consequence"), part("alternative")];
        return yes.kind === "struct" || yes.kind === "pointer" ? yes : no;
      }
      case "binary_expression": {
        const [left, right] = [part("left"), part("right")];
        if (left.kind === "pointer" || left.kind === "array") return left;
        return right.kind === "pointer" || right.kind === "array" ? right : SCALAR;
      }
      default:
        for (const child of node.namedChildren) this.#statement(child, scope);
        return SCALAR;
    }
  }

  #last(node: Node, scope: Scope): CType {
    let type = UNKNOWN;
    for (const child of node.namedChildren) type = this.#typeOf(child, scope);
    return type;
  }

  #described(node: Node): CType {
    const type = node.childForFieldName("type");
    return type ? this.#declarations().described(type) : UNKNOWN;
  }

  /** Arguments of a call; a function-like macro is looked into as well. */
  #call(node: Node, scope: Scope): void {
    const argumentList = node.childForFieldName("arguments");
    for (const argument of argumentList?.namedChildren ?? []) this.#statement(argument, scope);
    const name = node.childForFieldName("function");
    const body =
      name?.type === "identifier"
        ? (this.#own.functionMacros.get(name.text) ??
          this.#scan.shared.functionMacros.get(name.text))
        : undefined;
    if (name && body !== undefined) this.#expand(name.text, body, scope);
  }

  /** The type of a name: a local, something at file scope, a macro, or an object of glibc's ld.so. */
  #name(name: string, scope: Scope): CType {
    for (const names of scope) {
      const type = names.get(name);
      if (type) return type;
    }
    const macro = this.#own.macros.get(name) ?? this.#scan.shared.macros.get(name);
    if (macro !== undefined) return this.#expand(name, macro, scope);
    const declared = this.#own.values.get(name) ?? this.#scan.shared.values.get(name);
    if (declared) return declared;
    const struct =
      name === EXTENDED_DEBUG.name ? EXTENDED_DEBUG.struct : DATA_OBJECTS[name]?.struct;
    return struct === undefined ? UNKNOWN : { kind: "struct", tag: struct };
  }

  #expand(name: string, replacement: string, scope: Scope): CType {
    if (this.#expanding.has(name) || !/->|\.|\w/.test(replacement)) return UNKNOWN;
    this.#expanding.add(name);
    const { root } = parseC(this.#source.path, `void f(void) { (${replacement}); }`);
    const statement = root.descendantsOfType("expression_statement")[0];
    const expression = statement?.namedChildren[0];
    const type = expression ? this.#typeOf(expression, scope) : UNKNOWN;
    this.#expanding.delete(name);
    return type;
  }

  /** A member of a type; records the use when the type is glibc's. */
  #member(given: CType, name: string, line: number): CType {
    const type = this.#resolved(given);
    if (type.kind !== "struct") {
      this.#anyMember(name, line);
      return UNKNOWN;
    }
    const own = this.#own.structs.get(type.tag) ?? this.#scan.shared.structs.get(type.tag);
    if (own) return own.get(name) ?? UNKNOWN;
    const struct = this.#scan.structs.get(type.tag);
    if (struct === undefined) {
      this.#complain(
        line,
        `struct ${type.tag}, whose ${name} is used, is not in ${this.#scan.abi.id}`,
      );
      return UNKNOWN;
    }
    const field = struct.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      this.#complain(
        line,
        `${struct.kind} ${struct.name} has no field ${name} in ${this.#scan.abi.id}`,
      );
      return UNKNOWN;
    }
    this.#fields.push({ struct: struct.name, field: name, path: this.#source.path, line });
    return fromAbi(field.type);
  }

  /** A typedef may have been used before its header was read: its name then stands as a tag. */
  #resolved(type: CType): CType {
    if (type.kind !== "struct") return type;
    const named = this.#own.typedefs.get(type.tag) ?? this.#scan.shared.typedefs.get(type.tag);
    return named === undefined || this.#scan.structs.has(type.tag) ? type : this.#resolved(named);
  }

  /** A member of something unknown: in a file that deals with glibc it may be any struct's. */
  #anyMember(name: string, line: number): void {
    if (!this.#source.path.startsWith(GLIBC_FOLDER)) return;
    for (const struct of this.#scan.owners.get(name) ?? []) {
      this.#fields.push({ struct, field: name, path: this.#source.path, line });
    }
  }

  #offset(type: string, member: string, line: number): void {
    const tag = type.replace(/^(?:struct|union)\s+/, "");
    let at: CType = this.#declarations().typedefs.get(tag) ?? { kind: "struct", tag };
    for (const step of member.split(".")) {
      const name = step.replace(/\[.*$/, "").trim();
      at = this.#member(at, name, line);
      for (let depth = step.split("[").length - 1; depth > 0; depth--) at = pointee(at);
    }
    if (this.#scan.structs.has(tag))
      this.#structs.push({ name: tag, path: this.#source.path, line });
  }

  /** Names that stand for something of glibc's or the kernel's, wherever they occur. */
  #names(root: Node): void {
    for (const node of root.descendantsOfType(["type_identifier"])) {
      const name = node.text;
      if (this.#scan.structs.has(name)) this.#structs.push({ name, ...this.#place(node) });
    }
    for (const node of root.descendantsOfType(["identifier"])) this.#identifier(node);
  }

  #identifier(node: Node): void {
    const name = node.text;
    const line = lineOf(node);
    if (/^SYS_[a-z]/.test(name) && !SYSCALL_NAMES.includes(name.slice(4))) {
      this.#complain(line, `${name} is not among the system calls of codegen/targets.ts`);
    }
    if (name !== EXTENDED_DEBUG.name && DATA_OBJECTS[name] === undefined) return;
    this.#objects.push({ name, path: this.#source.path, line });
    if (!this.#scan.exported.has(name)) {
      this.#complain(line, notExported(name, this.#scan));
    }
  }

  #complain(line: number, message: string): void {
    this.#complaints.push({ path: this.#source.path, line, message });
  }

  #place(node: Node) {
    return { path: this.#source.path, line: lineOf(node) };
  }
}

function notExported(name: string, { abi }: ScanContext): string {
  return `ld.so exports no ${name} in ${abi.id}`;
}

function fromAbi(type: Type): CType {
  switch (type.kind) {
    case "struct":
      return { kind: "struct", tag: type.name };
    case "pointer":
      return {
        kind: "pointer",
        to: type.to === undefined ? UNKNOWN : { kind: "struct", tag: type.to },
      };
    case "array":
      return { kind: "array", of: fromAbi(type.of) };
    case "function-pointer":
      return { kind: "pointer", to: { kind: "function", returns: UNKNOWN } };
    case "integer":
    case "bytes":
      return SCALAR;
  }
}
