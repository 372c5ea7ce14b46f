/**
 * The data objects that glibc's ld.so exports: their C types, which no symbol table tells. Which of them
 * exist in a glibc is in the ABI; those that the runtime does not define itself are defined here.
 */

import type { Abi, ExportedSymbol } from "../abi/model.ts";
import { type Diagnostic, GenerationError } from "../diagnostic.ts";
import type { Uses } from "../uses.ts";
import { assertEqual, declaration, lines } from "./c-text.ts";

/** The C type of a data object, and what becomes of it once the program runs. */
export interface DataObject {
  readonly type: string;
  /** Tag, when the type is a glibc struct. */
  readonly struct?: string;
  /** Read-only after start-up (PT_GNU_RELRO). */
  readonly readOnly?: boolean;
}

/** Every data object that some glibc's ld.so exports, by name. */
export const DATA_OBJECTS: Readonly<Record<string, DataObject>> = {
  _rtld_global: { type: "struct rtld_global", struct: "rtld_global" },
  _rtld_global_ro: { type: "struct rtld_global_ro", struct: "rtld_global_ro", readOnly: true },
  _r_debug: { type: "struct r_debug", struct: "r_debug" },
  _dl_argv: { type: "char **", readOnly: true },
  __libc_stack_end: { type: "void *" },
  __libc_enable_secure: { type: "int", readOnly: true },
  __pointer_chk_guard: { type: "uintptr_t", readOnly: true },
  __rseq_offset: { type: "ptrdiff_t", readOnly: true },
  __rseq_size: { type: "unsigned int", readOnly: true },
  __rseq_flags: { type: "unsigned int", readOnly: true },
  __nptl_initial_report_events: { type: "_Bool" },
};

/** From glibc 2.35 _r_debug is the beginning of this larger object, which has no exported name. */
export const EXTENDED_DEBUG = { name: "_r_debug_extended", struct: "r_debug_extended" };

const RELRO = '__attribute__((section(".data.rel.ro")))';

/** The tags of the structs that the objects of an ABI have. */
export function objectStructs(abi: Abi): readonly string[] {
  return [
    ...dataExports(abi).flatMap(({ name }) => DATA_OBJECTS[name]?.struct ?? []),
    ...(hasExtendedDebug(abi) ? [EXTENDED_DEBUG.struct] : []),
  ];
}

/** The objects that an ABI exports, in name order. Complains about one with no known type. */
export function dataExports(abi: Abi): readonly ExportedSymbol[] {
  const objects = abi.exports
    .filter((symbol) => symbol.type === "object")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const unknown = objects
    .filter(({ name }) => DATA_OBJECTS[name] === undefined)
    .map(
      ({ name }): Diagnostic => ({
        path: abi.id,
        line: 0,
        message: `${name} is an exported data object of unknown type (codegen/emit/data-objects.ts)`,
      }),
    );
  if (unknown.length > 0) throw new GenerationError(unknown);
  return objects;
}

/** Declarations of all objects. */
export function objectDeclarations(abi: Abi): string {
  return lines(
    dataExports(abi).map(({ name }) => `extern EXPORT ${declaration(typeOf(name), name)}`),
    hasExtendedDebug(abi)
      ? [`extern ${declaration(`struct ${EXTENDED_DEBUG.struct}`, EXTENDED_DEBUG.name)}`]
      : [],
  );
}

/** Definitions of those that the runtime does not define, and the assertion of every size. */
export function objectDefinitions(abi: Abi, uses: Uses): string {
  const own = new Set(uses.definitions.map((use) => use.name));
  return lines(
    ...dataExports(abi).map(({ name, size }) => [
      ...(own.has(name) ? [] : definition(abi, name, size)),
      assertEqual(`sizeof(${name})`, size),
    ]),
  );
}

function definition(abi: Abi, name: string, size: number): readonly string[] {
  if (name === "_r_debug" && hasExtendedDebug(abi)) {
    const { name: whole, struct } = EXTENDED_DEBUG;
    return [
      declaration(`struct ${struct}`, whole),
      `extern ${declaration(typeOf(name), `${name} __attribute__((alias("${whole}")))`)}`,
      // An alias has the size of what it stands for, which a COPY relocation would complain about.
      `__asm__(".size ${name}, ${size}");`,
    ];
  }
  const section = DATA_OBJECTS[name]?.readOnly === true ? ` ${RELRO}` : "";
  return [`${declaration(typeOf(name), `${name}${section}`)}`];
}

function typeOf(name: string): string {
  return DATA_OBJECTS[name]?.type ?? "void *";
}

function hasExtendedDebug(abi: Abi): boolean {
  return abi.structs.some((struct) => struct.name === EXTENDED_DEBUG.struct);
}
