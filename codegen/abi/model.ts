/**
 * The description of one glibc ABI, as plain read-only data.
 *
 * An ABI is what one build of glibc's `libc.so.6` demands of its dynamic linker: where the fields of
 * the shared structs are, which symbols are exported, which tunables exist. This file knows no C text
 * and no files: `codegen/ingest` produces values of these types, `codegen/emit` consumes them.
 */

export type Arch = "x86_64" | "i386";

/** The C type of a field, reduced to what a struct view needs. Sizes are bytes. */
export type Type =
  | { readonly kind: "integer"; readonly size: number; readonly signed: boolean }
  /** `to` is the tag of the pointed-to struct, when it is one (absent for a pointer to a pointer). */
  | { readonly kind: "pointer"; readonly to?: string }
  | { readonly kind: "function-pointer" }
  | { readonly kind: "struct"; readonly name: string }
  | { readonly kind: "array"; readonly of: Type; readonly count: number }
  /** Anything else (floats, unions with no name of their own): bytes. */
  | { readonly kind: "bytes"; readonly size: number };

/** One member. `offset` is in bytes from the start of the struct. */
export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: Type;
  /** Present when the declaration asks for more alignment than the type has, bytes. */
  readonly align?: number;
  /** The first field of a further member of a union: it begins where an earlier field began. */
  readonly overlay?: true;
  /** Present for a bit-field: its first bit counted from bit 0 of byte `offset`, and its width. */
  readonly bits?: { readonly first: number; readonly width: number };
}

/**
 * A struct or union. Anonymous members are flattened into their parent; a named member whose struct
 * has no name of its own gets one made of both: `link_map__l_lookup_cache`.
 */
export interface Struct {
  /** The tag used in C: `struct <name>`. A typedef of an anonymous struct uses the typedef's name. */
  readonly name: string;
  readonly kind: "struct" | "union";
  readonly size: number;
  /** Present when the declaration asks for more alignment than the fields need, bytes. */
  readonly align?: number;
  readonly fields: readonly Field[];
}

/** A symbol exported by ld.so. */
export interface ExportedSymbol {
  readonly name: string;
  readonly version: string;
  /** `name@@version` when true, `name@version` when false. */
  readonly isDefault: boolean;
  readonly type: "function" | "object" | "ifunc";
  readonly weak: boolean;
  /** `st_size`, bytes. Meaningful for objects: `_rtld_global` and its like are checked by it. */
  readonly size: number;
}

/** A symbol that a library of this glibc imports from ld.so. */
export interface ImportedSymbol {
  readonly library: string;
  readonly name: string;
  readonly version: string;
}

/** One entry of glibc's tunables list, in id order: the array index is the id. */
export interface Tunable {
  /** Full name, `glibc.malloc.check`. */
  readonly name: string;
  readonly type: "int32" | "uint64" | "size" | "string";
  /** Signedness and width follow `type`; kept as decimal text because uint64 does not fit a number. */
  readonly default: string;
  readonly min: string;
  readonly max: string;
  /** What happens to it in a secure (AT_SECURE) process. */
  readonly security: "sxid-erase" | "sxid-ignore" | "none";
  /** The `MALLOC_CHECK_`-style alias, when there is one. */
  readonly environmentAlias?: string;
}

/** A leaf of the cpu-features array: the index is the position in `cpu_features.features[]`. */
export interface CpuFeatureLeaf {
  /** glibc's enumerator without its prefix: `1`, `7`, `80000001`, `D_ECX_1`, `14_ECX_0`. */
  readonly index: string;
  readonly leaf: number;
  readonly subleaf: number;
}

/** A pointer of `_rtld_global_ro` that holds a vdso function. */
export interface VdsoSlot {
  readonly field: string;
  readonly symbol: string;
  readonly version: string;
}

/** An entry of libc whose body is replaced by a jump to our allocator. */
export interface MmapEntry {
  readonly library: string;
  /** The dynamic symbol that names the entry (aliases share one body). */
  readonly symbol: string;
  readonly version: string;
  readonly aliases: readonly string[];
  /** `st_size` of the body: the replacement must fit. */
  readonly size: number;
  /** The first instructions of the body, hexadecimal: what is checked before anything is written. */
  readonly prologue: string;
  /** As long: `ff` for a byte that is compared, `00` for one of a distance that each build has otherwise. */
  readonly prologueMask: string;
}

/** A `_thread_db_*` descriptor of libc: size in bits, count and offset of a field, as the debugger sees it. */
export interface ThreadDbDescriptor {
  readonly name: string;
  readonly values: readonly number[];
}

/** What a linker has built in of the folders of its distribution. */
export interface SearchPlaces {
  /** What `$LIB` is replaced by: `lib/x86_64-linux-gnu`, `lib64`. */
  readonly lib: string;
  /** The folders searched last, each with its slash at the end; those that secure mode trusts, too. */
  readonly systemFolders: readonly string[];
}

/** One build of glibc for one architecture. */
export interface Abi {
  /** `glibc-2.36-x86_64`. */
  readonly id: string;
  /** `2.36`. */
  readonly version: string;
  readonly arch: Arch;
  /** The package builds this module was made from and verified with, newest first. */
  readonly builds: readonly {
    readonly package: string;
    readonly ldsoBuildId: string;
    readonly libcBuildId: string;
  }[];
  /**
   * Build-ids of libc.so.6 that fit too, though the linkers beside them search other folders and are made of their
   * own: once such a libc is found it is as good as any.
   */
  readonly relatives?: readonly string[];
  /** SONAME and file name of the linker: `ld-linux-x86-64.so.2`. */
  readonly soname: string;
  readonly searchPlaces: SearchPlaces;
  /** The version definitions of ld.so (verdef) in file order, without the base one: `GLIBC_2.2.5`, ... */
  readonly versionNodes: readonly string[];
  readonly structs: readonly Struct[];
  readonly exports: readonly ExportedSymbol[];
  readonly imports: readonly ImportedSymbol[];
  readonly tunables: readonly Tunable[];
  readonly cpuFeatureLeaves: readonly CpuFeatureLeaf[];
  /** Kinds of processors by number, without `arch_kind_`: `unknown`, `intel`, ... */
  readonly cpuKinds: readonly string[];
  /**
   * The preferences of `cpu_features.preferred[0]` by bit: `Fast_Rep_String`, ... Empty up to glibc 2.32, whose
   * preferences are not an enumeration.
   */
  readonly cpuPreferences: readonly string[];
  readonly vdsoSlots: readonly VdsoSlot[];
  readonly mmapEntries: readonly MmapEntry[];
  readonly threadDb: readonly ThreadDbDescriptor[];
}
