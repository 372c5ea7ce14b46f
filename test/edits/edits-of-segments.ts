/** Edits of the other program headers. */
import { another, anotherFirst, entry, header, segment, without } from "./edit-steps.ts";
import { DT, entryValue, get, headersAt, PT, put, tableAt } from "./elf-fields.ts";
import type { NamedEdit } from "./named-edit.ts";

const page = 0x1000;
const up = (value: number): number => Math.ceil(value / page) * page;
const p = (bytes: Buffer, name: "p_vaddr" | "p_memsz" | "p_filesz" | "p_offset", at: number) =>
  get(bytes, "phdr", name, at);

const dynamicHeader: readonly NamedEdit[] = [
  { name: "PT_DYNAMIC: none", edits: [without(PT.DYNAMIC)] },
  { name: "PT_DYNAMIC: p_filesz 0", edits: [segment(PT.DYNAMIC, { p_filesz: 0 })] },
  { name: "PT_DYNAMIC: p_filesz 1", edits: [segment(PT.DYNAMIC, { p_filesz: 1 })] },
  { name: "PT_DYNAMIC: p_filesz the highest", edits: [segment(PT.DYNAMIC, { p_filesz: -1 })] },
  { name: "PT_DYNAMIC: p_memsz 0", edits: [segment(PT.DYNAMIC, { p_memsz: 0 })] },
  { name: "PT_DYNAMIC: p_memsz 1", edits: [segment(PT.DYNAMIC, { p_memsz: 1 })] },
  { name: "PT_DYNAMIC: p_offset nonsense", edits: [segment(PT.DYNAMIC, { p_offset: 0x7fffff00 })] },
  { name: "PT_DYNAMIC: p_align nonsense", edits: [segment(PT.DYNAMIC, { p_align: 3 })] },
  { name: "PT_DYNAMIC: p_flags without writing", edits: [segment(PT.DYNAMIC, { p_flags: 4 })] },
  { name: "PT_DYNAMIC: p_flags none", edits: [segment(PT.DYNAMIC, { p_flags: 0 })] },
  { name: "PT_DYNAMIC: p_vaddr outside", edits: [segment(PT.DYNAMIC, { p_vaddr: 0x7ff00000 })] },
  { name: "PT_DYNAMIC: p_vaddr in the ELF header", edits: [segment(PT.DYNAMIC, { p_vaddr: 0 })] },
  { name: "PT_DYNAMIC: twice, the second one the same", edits: [another(PT.DYNAMIC, {})] },
  {
    name: "PT_DYNAMIC: twice, the first one empty",
    edits: [anotherFirst(PT.DYNAMIC, { p_filesz: 0 })],
  },
  {
    name: "PT_DYNAMIC: twice, the second one empty",
    edits: [another(PT.DYNAMIC, { p_filesz: 0 })],
  },
  {
    name: "PT_DYNAMIC: twice, the first one nonsense",
    edits: [anotherFirst(PT.DYNAMIC, { p_vaddr: 0x7ff00000 })],
  },
  {
    name: "PT_DYNAMIC: twice, the second one nonsense",
    edits: [another(PT.DYNAMIC, { p_vaddr: 0x7ff00000 })],
  },
];

const tls: readonly NamedEdit[] = [
  { name: "PT_TLS: none", edits: [without(PT.TLS)], crashes: true },
  { name: "PT_TLS: p_memsz 0", edits: [segment(PT.TLS, { p_memsz: 0 })], crashes: true },
  { name: "PT_TLS: p_filesz 0", edits: [segment(PT.TLS, { p_filesz: 0 })] },
  {
    name: "PT_TLS: p_filesz above p_memsz",
    edits: [segment(PT.TLS, (b, at) => ({ p_filesz: p(b, "p_memsz", at) + 4 }))],
  },
  {
    name: "PT_TLS: p_filesz a page above p_memsz",
    edits: [segment(PT.TLS, (b, at) => ({ p_filesz: p(b, "p_memsz", at) + page }))],
  },
  { name: "PT_TLS: p_filesz beyond the segment", edits: [segment(PT.TLS, { p_filesz: 0x800000 })] },
  { name: "PT_TLS: p_filesz the highest", edits: [segment(PT.TLS, { p_filesz: -1 })] },
  { name: "PT_TLS: p_memsz much larger", edits: [segment(PT.TLS, { p_memsz: 0x4000 })] },
  { name: "PT_TLS: p_memsz 1 MiB", edits: [segment(PT.TLS, { p_memsz: 0x100000 })] },
  { name: "PT_TLS: p_memsz the highest", edits: [segment(PT.TLS, { p_memsz: -1 })], chance: true },
  { name: "PT_TLS: p_offset nonsense", edits: [segment(PT.TLS, { p_offset: 0x7fffff00 })] },
  { name: "PT_TLS: p_vaddr outside", edits: [segment(PT.TLS, { p_vaddr: 0x7ff00000 })] },
  {
    name: "PT_TLS: p_vaddr odd",
    edits: [segment(PT.TLS, (b, at) => ({ p_vaddr: p(b, "p_vaddr", at) + 1 }))],
  },
  ...[0, 1, 3, 12, 64, 0x1000, 0x10000].map((align) => ({
    name: `PT_TLS: p_align ${align.toString(16)}`,
    edits: [segment(PT.TLS, { p_align: align })],
    chance: (align & (align - 1)) !== 0, // glibc rounds with masks
  })),
  { name: "PT_TLS: p_align the highest", edits: [segment(PT.TLS, { p_align: -1 })] },
  { name: "PT_TLS: p_flags none", edits: [segment(PT.TLS, { p_flags: 0 })] },
  { name: "PT_TLS: twice, the second one the same", edits: [another(PT.TLS, {})] },
  {
    name: "PT_TLS: twice, the second one empty",
    edits: [another(PT.TLS, { p_filesz: 0, p_memsz: 0 })],
  },
  {
    name: "PT_TLS: twice, the first one larger",
    edits: [anotherFirst(PT.TLS, { p_memsz: 0x1000 })],
  },
];

const others: readonly NamedEdit[] = [
  { name: "PT_GNU_RELRO: none", edits: [without(PT.GNU_RELRO)] },
  { name: "PT_GNU_RELRO: p_memsz 0", edits: [segment(PT.GNU_RELRO, { p_memsz: 0 })] },
  { name: "PT_GNU_RELRO: p_memsz 1", edits: [segment(PT.GNU_RELRO, { p_memsz: 1 })] },
  { name: "PT_GNU_RELRO: p_filesz 0", edits: [segment(PT.GNU_RELRO, { p_filesz: 0 })] },
  { name: "PT_GNU_RELRO: p_align 0x4000", edits: [segment(PT.GNU_RELRO, { p_align: 0x4000 })] },
  {
    name: "PT_GNU_RELRO: over the text",
    edits: [
      segment(PT.GNU_RELRO, (b) => ({
        p_vaddr: p(b, "p_vaddr", headersAt(b, PT.LOAD)[0] ?? 0),
        p_memsz: page,
      })),
    ],
  },
  {
    name: "PT_GNU_RELRO: far outside",
    edits: [segment(PT.GNU_RELRO, { p_vaddr: 0x5ff00000, p_memsz: 0x2000 })],
  },
  {
    name: "PT_GNU_RELRO: ends before it begins",
    edits: [segment(PT.GNU_RELRO, { p_memsz: -0x1000 })],
  },
  {
    name: "PT_GNU_RELRO: twice, the second one empty",
    edits: [another(PT.GNU_RELRO, { p_memsz: 0 })],
  },
  {
    name: "PT_GNU_RELRO: twice, the first one empty",
    edits: [anotherFirst(PT.GNU_RELRO, { p_memsz: 0 })],
  },
  { name: "PT_GNU_STACK: none", edits: [without(PT.GNU_STACK)] },
  { name: "PT_GNU_STACK: executable", edits: [segment(PT.GNU_STACK, { p_flags: 7 })] },
  { name: "PT_GNU_STACK: no flags", edits: [segment(PT.GNU_STACK, { p_flags: 0 })] },
  { name: "PT_GNU_STACK: execute only", edits: [segment(PT.GNU_STACK, { p_flags: 1 })] },
  { name: "PT_GNU_STACK: a size", edits: [segment(PT.GNU_STACK, { p_memsz: 0x100000 })] },
  { name: "PT_GNU_STACK: size the highest", edits: [segment(PT.GNU_STACK, { p_memsz: -1 })] },
  {
    name: "PT_GNU_STACK: twice, the second one executable",
    edits: [another(PT.GNU_STACK, { p_flags: 7 })],
  },
  {
    name: "PT_GNU_STACK: twice, the first one executable",
    edits: [anotherFirst(PT.GNU_STACK, { p_flags: 7 })],
  },
  { name: "PT_SHLIB", edits: [segment(PT.GNU_EH_FRAME, { p_type: PT.SHLIB })] },
  {
    name: "a program header of an unknown type",
    edits: [segment(PT.GNU_EH_FRAME, { p_type: 0x60001234 })],
  },
  {
    name: "a program header of an unknown processor's type",
    edits: [segment(PT.GNU_EH_FRAME, { p_type: 0x7fffffff })],
  },
  {
    name: "PT_NOTE: far outside",
    edits: [segment(PT.NOTE, { p_vaddr: 0x7ff00000, p_offset: 0x7ff00000 })],
  },
  { name: "PT_NOTE: size the highest", edits: [segment(PT.NOTE, { p_filesz: -1, p_memsz: -1 })] },
  { name: "PT_NOTE: size 0", edits: [segment(PT.NOTE, { p_filesz: 0, p_memsz: 0 })] },
  { name: "PT_NOTE: size 5", edits: [segment(PT.NOTE, { p_filesz: 5, p_memsz: 5 })] },
  { name: "PT_NOTE: p_align 0", edits: [segment(PT.NOTE, { p_align: 0 })] },
  { name: "PT_NOTE: p_align 16", edits: [segment(PT.NOTE, { p_align: 16 })] },
  {
    name: "PT_NOTE: a name of 2^32-1 bytes",
    edits: [(b) => put(b, "four", p(b, "p_offset", headersAt(b, PT.NOTE)[0] ?? 0), { value: -1 })],
  },
  {
    name: "PT_NOTE: a description of 2^32-1 bytes",
    edits: [
      (b) => put(b, "four", p(b, "p_offset", headersAt(b, PT.NOTE)[0] ?? 0) + 4, { value: -1 }),
    ],
  },
  {
    name: "PT_GNU_PROPERTY: made of other bytes",
    edits: [another(PT.NOTE, { p_type: PT.GNU_PROPERTY, p_vaddr: 0x40, p_offset: 0x40 })],
  },
  {
    name: "PT_GNU_PROPERTY: far outside",
    edits: [another(PT.NOTE, { p_type: PT.GNU_PROPERTY, p_vaddr: 0x7ff00000 })],
  },
  {
    name: "PT_GNU_PROPERTY: odd",
    edits: [
      another(PT.NOTE, (b, at) => ({ p_type: PT.GNU_PROPERTY, p_vaddr: p(b, "p_vaddr", at) + 1 })),
    ],
  },
  {
    name: "PT_GNU_EH_FRAME: far outside",
    edits: [segment(PT.GNU_EH_FRAME, { p_vaddr: 0x7ff00000 })],
  },
  { name: "PT_GNU_EH_FRAME: none", edits: [without(PT.GNU_EH_FRAME)] },
  {
    name: "PT_INTERP in a library, not a text",
    edits: [another(PT.LOAD, { p_type: PT.INTERP, p_filesz: 8, p_memsz: 8 })],
  },
];

/** Edits that a program is worth, and a library has nothing for. */
export const programHeaderEdits: readonly NamedEdit[] = [
  { name: "PT_INTERP: none", edits: [without(PT.INTERP)], crashes: true },
  { name: "PT_INTERP: p_memsz 0", edits: [segment(PT.INTERP, { p_memsz: 0 })] },
  { name: "PT_INTERP: p_vaddr outside", edits: [segment(PT.INTERP, { p_vaddr: 0x7ff00000 })] },
  {
    name: "PT_INTERP: another text in memory",
    edits: [segment(PT.INTERP, (b, at) => ({ p_vaddr: p(b, "p_vaddr", at) + 4 }))],
  },
  { name: "PT_INTERP: twice", edits: [another(PT.INTERP, {})] },
  { name: "PT_INTERP: in memory without end", edits: [segment(PT.INTERP, { p_memsz: 5 })] },
  { name: "PT_PHDR: none", edits: [without(PT.PHDR)], crashes: true },
  {
    name: "PT_PHDR: p_vaddr outside",
    edits: [segment(PT.PHDR, { p_vaddr: 0x7ff00000 })],
    crashes: true,
  },
  {
    name: "PT_PHDR: p_vaddr a page on",
    edits: [segment(PT.PHDR, (b, at) => ({ p_vaddr: p(b, "p_vaddr", at) + page }))],
    crashes: true,
    chance: true,
  },
  { name: "PT_PHDR: twice", edits: [another(PT.PHDR, {})] },
  { name: "PT_PHDR: p_filesz 0", edits: [segment(PT.PHDR, { p_filesz: 0, p_memsz: 0 })] },
  { name: "e_entry: 0", edits: [header({ e_entry: 0x7ff00000 })], crashes: true },
];

/** Tables that lie in memory which may be executed and not read, or that nothing brings into memory. */
const moved: readonly NamedEdit[] = [
  {
    name: "the dynamic table in a segment of its own at the end",
    edits: [
      (bytes) => {
        const at = headersAt(bytes, PT.DYNAMIC)[0] ?? 0;
        const size = p(bytes, "p_filesz", at);
        const grown = Buffer.alloc(up(bytes.length) + size);
        bytes.copy(grown);
        bytes.copy(
          grown,
          up(bytes.length),
          p(bytes, "p_offset", at),
          p(bytes, "p_offset", at) + size,
        );
        another(PT.LOAD, {
          p_offset: up(bytes.length),
          p_vaddr: 0x40000,
          p_filesz: size,
          p_memsz: size,
          p_flags: 6,
        })(grown);
        put(grown, "phdr", at, { p_vaddr: 0x40000, p_offset: up(bytes.length) });
        return grown;
      },
    ],
  },
  ...(
    [
      ["execute only", 1],
      ["read only", 4],
      ["nothing", 0],
    ] as const
  ).map(([name, flags]) => ({
    name: `the strings in a segment of their own, ${name}`,
    edits: [
      (bytes: Buffer) => {
        const at = up(bytes.length);
        const size = entryValue(bytes, DT.STRSZ);
        const from = tableAt(bytes, DT.STRTAB);
        const grown = Buffer.alloc(at + size);
        bytes.copy(grown);
        bytes.copy(grown, at, from, from + size);
        another(PT.LOAD, {
          p_offset: at,
          p_vaddr: 0x40000,
          p_filesz: size,
          p_memsz: size,
          p_flags: flags,
        })(grown);
        entry(DT.STRTAB, 0x40000)(grown);
        return grown;
      },
    ],
  })),
];

export const segmentEdits: readonly NamedEdit[] = [...dynamicHeader, ...tls, ...others, ...moved];
