/** What the runtime uses of an ABI: plain data, between used-fields.ts, which finds it, and the emitters. */

/** A place in a source file. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** A use of one field of one glibc struct. */
export interface FieldUse extends Place {
  readonly struct: string;
  readonly field: string;
}

/** A mention of something by name. */
export interface NameUse extends Place {
  readonly name: string;
}

/** Everything that a set of runtime files uses. */
export interface Uses {
  readonly fields: readonly FieldUse[];
  /** glibc structs mentioned by tag (a declaration, a sizeof). */
  readonly structs: readonly NameUse[];
  /** Data objects of glibc's ld.so that are used. */
  readonly objects: readonly NameUse[];
  /** Struct and union tags that the runtime itself defines. */
  readonly ownStructs: ReadonlySet<string>;
  /** Functions and data that the runtime defines with external linkage. */
  readonly definitions: readonly NameUse[];
}
