/**
 * Parsed C declarations -> the structs of an ABI description: names resolved, anonymous members
 * flattened, types reduced to what a struct view needs. Knows C's basic types on the two
 * architectures; knows nothing of what a field means.
 */
import type { Field, Struct, Type } from "../abi/model.ts";
import type { CField, CRecord, CType, Declarations } from "./declarations.ts";

/** The structs an ABI description starts from; everything they contain by value follows. */
export const ROOT_STRUCTS: readonly string[] = [
  "rtld_global",
  "rtld_global_ro",
  "link_map",
  "link_namespaces",
  "r_scope_elem",
  "r_search_path_elem",
  "r_search_path_struct",
  "r_found_version",
  "libname_list",
  "link_map_reldeps",
  "auditstate",
  "audit_ifaces",
  "unique_sym_table",
  "unique_sym",
  "r_debug",
  "r_debug_extended",
  "pthread",
  "tcbhead_t",
  "dtv",
  "dtv_pointer",
  "dtv_slotinfo",
  "dtv_slotinfo_list",
  "dl_tls_index",
  "dl_scope_free_list",
  "list_head",
  "robust_list_head",
  "pthread_mutex_t",
  "__rtld_lock_recursive_t",
  "cpu_features",
  "dl_exception",
  "dl_find_object",
  "dlfcn_hook",
  "tls_internal_t",
  "rseq_area",
];

/** Thrown for a type that the debug info does not explain. */
export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

interface BaseType {
  readonly kind: "integer" | "bytes" | "void";
  readonly size: number;
  readonly signed: boolean;
}

function baseType(name: string, word: 4 | 8): BaseType | undefined {
  const parts = name.split(" ");
  const has = (part: string) => parts.includes(part);
  const integer = (size: number): BaseType => ({
    kind: "integer",
    size,
    signed: !has("unsigned") && !has("_Bool"),
  });
  if (name === "void") return { kind: "void", size: 0, signed: false };
  if (has("double") || has("float")) return { kind: "bytes", size: 0, signed: false };
  if (has("_Bool") || has("char")) return integer(1);
  if (has("short")) return integer(2);
  if (has("__int128")) return integer(16);
  const longs = parts.filter((part) => part === "long").length;
  if (longs === 2) return integer(8);
  if (longs === 1) return integer(word);
  if (has("int") || name === "unsigned" || name === "signed") return integer(4);
  return undefined;
}

/** Names used by the declarations that are neither basic types nor typedefs they define. */
export function unresolvedNames(declarations: Declarations): readonly string[] {
  const names = new Set<string>();
  const visitFields = (record: CRecord): void => {
    for (const field of record.fields) visit(field.type);
  };
  const visit = (type: CType): void => {
    if (type.kind === "name") {
      const known = declarations.typedefs.has(type.name) || baseType(type.name, 8);
      if (!known) names.add(type.name);
    } else if (type.kind === "pointer") visit(type.to);
    else if (type.kind === "array") visit(type.of);
    else if (type.kind === "record") visitFields(type.record);
  };
  for (const record of declarations.records.values()) {
    visitFields(record);
  }
  for (const type of declarations.typedefs.values()) visit(type);
  return [...names].sort();
}

/** Two sets of declarations as one; the first one's count where both have a name. */
export function mergeDeclarations(a: Declarations, b: Declarations): Declarations {
  return {
    records: new Map([...b.records, ...a.records]),
    typedefs: new Map([...b.typedefs, ...a.typedefs]),
    enums: new Map([...b.enums, ...a.enums]),
  };
}

/** Turns records into model structs and remembers which further structs they contain. */
class Resolver {
  readonly done = new Map<string, Struct>();
  private readonly declarations: Declarations;
  private readonly word: 4 | 8;

  constructor(declarations: Declarations, word: 4 | 8) {
    this.declarations = declarations;
    this.word = word;
  }

  /** The record behind a name of the model: a tag, or a typedef of an anonymous record. */
  record(name: string): CRecord | undefined {
    const tagged = this.declarations.records.get(name);
    if (tagged) return tagged;
    const type = this.declarations.typedefs.get(name);
    return type?.kind === "record" ? type.record : undefined;
  }

  add(name: string, record: CRecord, base = 0, size = record.size): void {
    if (this.done.has(name)) return;
    const align = record.align !== undefined && { align: record.align };
    const placeholder = { name, kind: record.kind, size: size ?? 0, ...align, fields: [] };
    this.done.set(name, placeholder);
    const fields = this.fields(record, name, base);
    const end = Math.max(0, ...fields.map((field) => field.offset + field.size));
    this.done.set(name, { ...placeholder, size: size ?? end, fields });
  }

  private fields(record: CRecord, owner: string, base: number): readonly Field[] {
    return record.fields.flatMap((member, index) => {
      const fields = this.memberFields(member, owner, base);
      const [first, ...rest] = fields;
      const isOverlay = record.kind === "union" && index > 0 && first !== undefined;
      return isOverlay ? [{ ...first, overlay: true as const }, ...rest] : fields;
    });
  }

  private memberFields(member: CField, owner: string, base: number): readonly Field[] {
    if (member.name === undefined) {
      return member.type.kind === "record" ? this.fields(member.type.record, owner, base) : [];
    }
    const field: Field = {
      name: member.name,
      offset: member.offset - base,
      size: member.size,
      type: this.type(member.type, member, `${owner}__${member.name}`),
      ...(member.align !== undefined && { align: member.align }),
      ...(member.bits && { bits: member.bits }),
    };
    return [field];
  }

  private type(type: CType, field: CField, inlineName: string): Type {
    switch (type.kind) {
      case "function":
        throw new LayoutError(`${inlineName} is a function, not an object`);
      case "enum":
        return { kind: "integer", size: this.integerSize(field), signed: type.signed };
      case "pointer":
        return this.pointer(type.to);
      case "array": {
        const count = type.count;
        const element = count > 0 ? { ...field, size: field.size / count } : field;
        return { kind: "array", of: this.type(type.of, element, inlineName), count };
      }
      case "record":
        this.add(inlineName, type.record, field.offset, field.size);
        return { kind: "struct", name: inlineName };
      case "tag":
        return this.tagged(type.tag, field);
      case "name":
        return this.named(type.name, field, inlineName);
    }
  }

  private tagged(tag: string, field: CField): Type {
    const record = this.declarations.records.get(tag);
    if (!record) return { kind: "integer", size: this.integerSize(field), signed: false };
    this.add(tag, record);
    this.checkSize(tag, field);
    return { kind: "struct", name: tag };
  }

  private named(name: string, field: CField, inlineName: string): Type {
    const type = this.declarations.typedefs.get(name);
    if (type?.kind === "record") {
      this.add(name, type.record);
      this.checkSize(name, field);
      return { kind: "struct", name };
    }
    if (type) return this.type(type, field, inlineName);
    const base = baseType(name, this.word);
    if (!base) throw new LayoutError(`${inlineName} has a type the debug info lacks: ${name}`);
    if (base.kind === "bytes") return { kind: "bytes", size: field.size };
    if (!field.bits && field.size !== 0 && field.size !== base.size) {
      throw new LayoutError(
        `${inlineName}: ${name} is ${base.size} bytes, pahole says ${field.size}`,
      );
    }
    return { kind: "integer", size: base.size, signed: base.signed };
  }

  private integerSize(field: CField): number {
    return field.bits || field.size === 0 ? 4 : field.size;
  }

  private pointer(to: CType): Type {
    if (to.kind === "function") return { kind: "function-pointer" };
    if (to.kind === "tag") return { kind: "pointer", to: to.tag };
    if (to.kind === "name") {
      const type = this.declarations.typedefs.get(to.name);
      if (type?.kind === "record") return { kind: "pointer", to: to.name };
      if (type) return this.pointer(type);
    }
    return { kind: "pointer" };
  }

  /** A union's size is not printed by pahole: that of the first member of its type is taken. */
  private checkSize(name: string, field: CField): void {
    const struct = this.done.get(name);
    if (!struct || field.size === 0 || struct.size === field.size) return;
    if (struct.kind === "union" && struct.size < field.size) {
      this.done.set(name, { ...struct, size: field.size });
      return;
    }
    throw new LayoutError(`${name} is ${struct.size} bytes but a member of it has ${field.size}`);
  }
}

/**
 * The structs with the given names and all that they contain by value, sorted by name. A root the
 * declarations lack is left out: which structs exist differs between glibc versions.
 * @throws LayoutError when the declarations contradict themselves or use a type they do not define
 */
export function resolveStructs(
  declarations: Declarations,
  roots: readonly string[],
  word: 4 | 8,
): readonly Struct[] {
  const resolver = new Resolver(declarations, word);
  for (const name of roots) {
    const record = resolver.record(name);
    if (record) resolver.add(name, record);
  }
  return [...resolver.done.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
