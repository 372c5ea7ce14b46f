/** A made-up glibc, small enough to read, with one of each thing that an ABI can hold. */

import type { Abi, Field, Struct, Type } from "../../codegen/abi/model.ts";

const u8: Type = { kind: "integer", size: 1, signed: false };
const u32: Type = { kind: "integer", size: 4, signed: false };
const s32: Type = { kind: "integer", size: 4, signed: true };
const u64: Type = { kind: "integer", size: 8, signed: false };
const pointer = (to?: string): Type =>
  to === undefined ? { kind: "pointer" } : { kind: "pointer", to };

function field(name: string, offset: number, size: number, type: Type): Field {
  return { name, offset, size, type };
}

function bits(name: string, offset: number, first: number, width: number): Field {
  return { name, offset, size: 4, type: u32, bits: { first, width } };
}

const structs: readonly Struct[] = [
  {
    name: "link_map",
    kind: "struct",
    size: 64,
    fields: [
      field("l_addr", 0, 8, u64),
      field("l_name", 8, 8, pointer()),
      field("l_next", 16, 8, pointer("link_map")),
      field("l_info", 24, 16, { kind: "array", of: pointer(), count: 2 }),
      bits("l_type", 40, 0, 2),
      bits("l_relocated", 40, 3, 1),
      bits("l_global", 41, 1, 1),
      field("l_buckets", 48, 8, pointer()),
      field("l_chain", 48, 8, pointer()),
      field("l_phnum", 56, 2, { kind: "integer", size: 2, signed: false }),
    ],
  },
  {
    name: "lock_t",
    kind: "union",
    size: 16,
    fields: [
      field("word", 0, 4, s32),
      field("align", 0, 8, u64),
      field("kind", 8, 4, s32),
      field("bytes", 0, 16, { kind: "array", of: u8, count: 16 }),
    ],
  },
  {
    name: "rtld_global",
    kind: "struct",
    size: 48,
    fields: [
      field("_dl_loaded", 0, 8, pointer("link_map")),
      field("_dl_lock", 8, 16, { kind: "struct", name: "lock_t" }),
      field("_dl_maps", 24, 16, { kind: "array", of: pointer("link_map"), count: 2 }),
      field("_dl_hook", 40, 8, { kind: "function-pointer" }),
    ],
  },
  {
    name: "rtld_global_ro",
    kind: "struct",
    size: 24,
    fields: [
      field("_dl_pagesize", 0, 8, u64),
      field("_dl_vdso_time", 8, 8, { kind: "function-pointer" }),
      field("_dl_unused", 16, 8, u64),
    ],
  },
];

/** The made-up ABI. */
export const fixtureAbi: Abi = {
  id: "glibc-9.9-x86_64",
  version: "9.9",
  arch: "x86_64",
  builds: [{ package: "made up", ldsoBuildId: "00ff", libcBuildId: "a1b2c3d4" }],
  soname: "ld-linux-x86-64.so.2",
  searchPlaces: { lib: "lib64", systemFolders: ["/lib64/", "/usr/lib64/"] },
  versionNodes: ["GLIBC_2.2.5", "GLIBC_2.4", "GLIBC_PRIVATE"],
  structs,
  exports: [
    exported("_rtld_global", "GLIBC_PRIVATE", "object", 48),
    exported("_rtld_global_ro", "GLIBC_PRIVATE", "object", 24),
    exported("__libc_stack_end", "GLIBC_2.2.5", "object", 8),
    exported("_dl_open_it", "GLIBC_PRIVATE", "function", 0),
    { ...exported("old_name", "GLIBC_2.4", "function", 1), isDefault: false },
  ],
  imports: [],
  tunables: [
    {
      name: "glibc.malloc.check",
      type: "int32",
      default: "-1",
      min: "-2147483648",
      max: "3",
      security: "sxid-erase",
      environmentAlias: "MALLOC_CHECK_",
    },
    {
      name: "glibc.cpu.hwcaps",
      type: "string",
      default: "",
      min: "0",
      max: "0",
      security: "none",
    },
  ],
  cpuFeatureLeaves: [
    { index: "1", leaf: 1, subleaf: 0 },
    { index: "D_ECX_1", leaf: 13, subleaf: 1 },
  ],
  cpuKinds: ["unknown", "intel", "amd", "other"],
  cpuPreferences: ["Fast_Rep_String", "Slow_BSF"],
  vdsoSlots: [{ field: "_dl_vdso_time", symbol: "__vdso_time", version: "LINUX_2.6" }],
  mmapEntries: [
    {
      library: "libc.so.6",
      symbol: "munmap",
      version: "GLIBC_2.2.5",
      aliases: [],
      size: 33,
      prologue: "b80b000000",
      prologueMask: "ffffffff00",
    },
  ],
  threadDb: [],
};

function exported(
  name: string,
  version: string,
  type: "function" | "object",
  size: number,
): Abi["exports"][number] {
  return { name, version, isDefault: true, type, weak: false, size };
}
