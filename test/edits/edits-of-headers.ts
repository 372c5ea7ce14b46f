/** Edits of the ELF header and of PT_LOAD. */

import { another, header, perArch, segment, swapped, without } from "./edit-steps.ts";
import { get, headersAt, PT, put, sizeOf } from "./elf-fields.ts";
import type { NamedEdit } from "./named-edit.ts";

const page = 0x1000;
const p = (bytes: Buffer, name: "p_vaddr" | "p_memsz" | "p_filesz" | "p_offset", at: number) =>
  get(bytes, "phdr", name, at);

const elfHeader: readonly NamedEdit[] = [
  { name: "e_ident: ABI GNU", edits: [header({ osabi: 3 })] },
  { name: "e_ident: ABI GNU, version 1", edits: [header({ osabi: 3, abiversion: 1 })] },
  { name: "e_ident: ABI GNU, version 3", edits: [header({ osabi: 3, abiversion: 3 })] },
  { name: "e_ident: ABI GNU, version 4", edits: [header({ osabi: 3, abiversion: 4 })] },
  { name: "e_ident: ABI System V, version 1", edits: [header({ abiversion: 1 })] },
  { name: "e_ident: ABI FreeBSD", edits: [header({ osabi: 9 })] },
  { name: "e_ident: ABI standalone", edits: [header({ osabi: 255 })] },
  { name: "e_ident: ABI HP-UX", edits: [header({ osabi: 1 })] },
  { name: "e_ident: version 0", edits: [header({ version: 0 })] },
  {
    name: "e_ident: class of the other size",
    edits: [perArch(header({ class: 1 }), header({ class: 2 }))],
  },
  { name: "e_ident: class 3", edits: [header({ class: 3 })] },
  { name: "e_ident: padding", edits: [header({ padding: 7 })] },
  { name: "e_type: none", edits: [header({ e_type: 0 })] },
  { name: "e_type: relocatable", edits: [header({ e_type: 1 })] },
  { name: "e_type: program at a fixed address", edits: [header({ e_type: 2 })] },
  { name: "e_type: core", edits: [header({ e_type: 4 })] },
  { name: "e_type: of the processor's range", edits: [header({ e_type: 0xff00 })] },
  { name: "e_machine: none", edits: [header({ e_machine: 0 })] },
  { name: "e_machine: AArch64", edits: [header({ e_machine: 183 })] },
  {
    name: "e_machine: of the other class",
    edits: [perArch(header({ e_machine: 3 }), header({ e_machine: 62 }))],
  },
  { name: "e_machine: 486", edits: [header({ e_machine: 6 })] },
  { name: "e_version: 0", edits: [header({ e_version: 0 })] },
  { name: "e_flags: all", edits: [header({ e_flags: 0xffffffff })] },
  { name: "e_ehsize: 0", edits: [header({ e_ehsize: 0 })] },
  { name: "e_ehsize: 4096", edits: [header({ e_ehsize: 4096 })] },
  { name: "e_phentsize: 0", edits: [header({ e_phentsize: 0 })] },
  {
    name: "e_phentsize: one more",
    edits: [perArch(header({ e_phentsize: 57 }), header({ e_phentsize: 33 }))],
  },
  {
    name: "e_phentsize: twice",
    edits: [perArch(header({ e_phentsize: 112 }), header({ e_phentsize: 64 }))],
  },
  { name: "e_phnum: 0", edits: [header({ e_phnum: 0 })] },
  { name: "e_phnum: 1", edits: [header({ e_phnum: 1 })], crashes: true },
  { name: "e_phnum: 65535", edits: [header({ e_phnum: 65535 })] },
  { name: "e_phoff: 0", edits: [header({ e_phoff: 0 })], crashes: true },
  { name: "e_phoff: beyond the file", edits: [header({ e_phoff: 0x10000000 })] },
  { name: "e_phoff: the highest", edits: [header({ e_phoff: -1 })], chance: true },
  {
    name: "e_phoff: odd",
    edits: [(bytes) => header({ e_phoff: get(bytes, "ehdr", "e_phoff", 0) + 1 })(bytes)],
    crashes: true,
  },
  {
    name: "e_phoff: a copy of the headers at the end of the file",
    edits: [
      (bytes) => {
        const all = headersAt(bytes);
        const copy = bytes.subarray(all[0], (all.at(-1) ?? 0) + sizeOf(bytes, "phdr"));
        const grown = Buffer.concat([bytes, copy]);
        put(grown, "ehdr", 0, { e_phoff: bytes.length });
        return grown;
      },
    ],
  },
  { name: "e_shoff: beyond the file", edits: [header({ e_shoff: 0x7fffffff })] },
  {
    name: "e_shnum and e_shentsize: nonsense",
    edits: [header({ e_shnum: 0xffff, e_shentsize: 1 })],
  },
  { name: "e_shstrndx: none", edits: [header({ e_shstrndx: 0xffff })] },
];

const loads: readonly NamedEdit[] = [
  { name: "PT_LOAD: none", edits: [without(PT.LOAD)], crashes: true },
  { name: "PT_LOAD: first and second swapped", edits: [swapped(PT.LOAD, 0, 1)] },
  { name: "PT_LOAD: second and third swapped", edits: [swapped(PT.LOAD, 1, 2)] },
  { name: "PT_LOAD: third and last swapped", edits: [swapped(PT.LOAD, 2, -1)], chance: true },
  { name: "PT_LOAD: first and last swapped", edits: [swapped(PT.LOAD, 0, -1)] },
  {
    name: "PT_LOAD: second one missing",
    edits: [segment(PT.LOAD, { p_type: PT.NULL }, 1)],
    crashes: true,
  },
  {
    name: "PT_LOAD: last one missing",
    edits: [segment(PT.LOAD, { p_type: PT.NULL }, -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: first one missing",
    edits: [segment(PT.LOAD, { p_type: PT.NULL })],
    crashes: true,
  },
  { name: "PT_LOAD: one more of size 0", edits: [another(PT.LOAD, { p_filesz: 0, p_memsz: 0 })] },
  {
    name: "PT_LOAD: one more of size 0, far away",
    edits: [another(PT.LOAD, { p_filesz: 0, p_memsz: 0, p_vaddr: 0x800000 })],
  },
  { name: "PT_LOAD: the first one again at the end", edits: [another(PT.LOAD, {})] },
  {
    name: "PT_LOAD: the first one again, behind all others",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: one far behind all others",
    edits: [another(PT.LOAD, { p_vaddr: 0x4000000 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: one more, memory only",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000, p_filesz: 0, p_memsz: 0x3000, p_flags: 6 })],
  },
  {
    name: "PT_LOAD: one more, memory only, that begins inside a page",
    edits: [
      another(PT.LOAD, {
        p_vaddr: 0x40100,
        p_offset: 0x100,
        p_filesz: 0,
        p_memsz: 0x3000,
        p_flags: 6,
      }),
    ],
  },
  {
    name: "PT_LOAD: one more, memory only, not writable",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000, p_filesz: 0, p_memsz: 0x3000, p_flags: 4 })],
  },
  {
    name: "PT_LOAD: one more, cleared tail of a read-only page",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000, p_filesz: 0x80, p_memsz: 0x3000, p_flags: 4 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: one more without any permission",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000, p_flags: 0 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: one more without any permission, cleared tail",
    edits: [another(PT.LOAD, { p_vaddr: 0x40000, p_filesz: 0x80, p_memsz: 0x3000, p_flags: 0 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: the last one longer than the file",
    edits: [segment(PT.LOAD, { p_filesz: 0x100000, p_memsz: 0x100000 }, -1)],
  },
  {
    name: "PT_LOAD: the last one of no size",
    edits: [segment(PT.LOAD, { p_filesz: 0, p_memsz: 0 }, -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: the last one of no file bytes",
    edits: [segment(PT.LOAD, { p_filesz: 0 }, -1)],
  },
  {
    name: "PT_LOAD: the last one without memory for .bss",
    edits: [segment(PT.LOAD, (b, at) => ({ p_memsz: p(b, "p_filesz", at) }), -1)],
  },
  {
    name: "PT_LOAD: p_filesz above p_memsz",
    edits: [segment(PT.LOAD, (b, at) => ({ p_memsz: p(b, "p_filesz", at) - 8 }), -1)],
    crashes: true,
  },
  {
    name: "PT_LOAD: p_memsz 0 with file bytes",
    edits: [segment(PT.LOAD, { p_memsz: 0 }, -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: p_memsz to the end of the address space",
    edits: [segment(PT.LOAD, { p_memsz: -0x100000 }, -1)],
    crashes: true,
  },
  {
    name: "PT_LOAD: p_memsz the highest",
    edits: [segment(PT.LOAD, { p_memsz: -1 }, -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: p_filesz the highest",
    edits: [segment(PT.LOAD, { p_filesz: -1, p_memsz: -1 }, -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: p_vaddr the highest page",
    edits: [segment(PT.LOAD, (b, at) => ({ p_vaddr: -page + (p(b, "p_vaddr", at) % page) }), -1)],
    crashes: true,
    chance: true,
  },
  {
    name: "PT_LOAD: p_offset of another remainder",
    edits: [segment(PT.LOAD, (b, at) => ({ p_offset: p(b, "p_offset", at) + 8 }), 1)],
    crashes: true,
  },
  {
    name: "PT_LOAD: p_offset beyond the file",
    edits: [segment(PT.LOAD, (b, at) => ({ p_offset: p(b, "p_offset", at) + 0x1000000 }), -1)],
    crashes: true,
  },
  {
    name: "PT_LOAD: p_offset the highest",
    edits: [segment(PT.LOAD, (b, at) => ({ p_offset: -page + (p(b, "p_offset", at) % page) }), -1)],
    crashes: true,
  },
  ...[0, 1, 2, 3, 0x10, 0x1001, 0x3000, 0x4000, 0x10000, 0x200000].map((align) => ({
    name: `PT_LOAD: p_align ${align.toString(16)}`,
    edits: [segment(PT.LOAD, { p_align: align }, 1)],
  })),
  {
    name: "PT_LOAD: p_align the highest power",
    edits: [
      perArch(segment(PT.LOAD, { p_align: 1n << 63n }), segment(PT.LOAD, { p_align: 0x80000000 })),
    ],
  },
  {
    name: "PT_LOAD: p_align a quarter of the address space",
    edits: [
      perArch(segment(PT.LOAD, { p_align: 1n << 45n }), segment(PT.LOAD, { p_align: 0x40000000 })),
    ],
  },
  {
    name: "PT_LOAD: p_flags of the first: none",
    edits: [segment(PT.LOAD, { p_flags: 0 })],
    crashes: true,
  },
  { name: "PT_LOAD: p_flags of the first: write", edits: [segment(PT.LOAD, { p_flags: 2 })] },
  {
    name: "PT_LOAD: p_flags of the first: execute only",
    edits: [segment(PT.LOAD, { p_flags: 1 })],
    crashes: true,
  },
  {
    name: "PT_LOAD: p_flags of the first: unknown bits",
    edits: [segment(PT.LOAD, { p_flags: 0x0ff00004 })],
  },
  {
    name: "PT_LOAD: p_flags of the text: execute only",
    edits: [segment(PT.LOAD, { p_flags: 1 }, 1)],
  },
  { name: "PT_LOAD: p_flags of the text: all", edits: [segment(PT.LOAD, { p_flags: 7 }, 1)] },
  {
    name: "PT_LOAD: p_flags of the last: read only",
    edits: [segment(PT.LOAD, { p_flags: 4 }, -1)],
  },
  {
    name: "PT_LOAD: p_flags of the last: write only",
    edits: [segment(PT.LOAD, { p_flags: 2 }, -1)],
  },
  { name: "PT_LOAD: p_flags of the last: none", edits: [segment(PT.LOAD, { p_flags: 0 }, -1)] },
  {
    name: "PT_LOAD: p_flags of the last: execute only",
    edits: [segment(PT.LOAD, { p_flags: 1 }, -1)],
  },
  { name: "PT_LOAD: p_flags of the last: all", edits: [segment(PT.LOAD, { p_flags: 7 }, -1)] },
  { name: "PT_LOAD: p_paddr nonsense", edits: [segment(PT.LOAD, { p_paddr: -1 })] },
];

export const headerEdits: readonly NamedEdit[] = [...elfHeader, ...loads];
