/**
 * The architectures as data: what differs between them and is the same for every glibc.
 *
 * Knows numbers and names only. The text that is made of them is the emitters' business, and what
 * needs instructions of its own is in templates/<arch>/.
 */

import type { Arch } from "./abi/model.ts";

/** What applying a relocation means: the enumerators of `enum reloc_kind` in runtime/link/relocate.h. */
export type RelocKind =
  | "RELOC_NONE"
  | "RELOC_RELATIVE"
  | "RELOC_SYMBOLIC"
  | "RELOC_SYMBOLIC32"
  | "RELOC_GLOB_DAT"
  | "RELOC_JUMP_SLOT"
  | "RELOC_PC32"
  | "RELOC_COPY"
  | "RELOC_IRELATIVE"
  | "RELOC_DTPMOD"
  | "RELOC_DTPOFF"
  | "RELOC_TPOFF"
  | "RELOC_TPOFF_POSITIVE"
  | "RELOC_TLSDESC"
  | "RELOC_SIZE";

/** A relocation type of a psABI. */
export interface Relocation {
  readonly type: number;
  readonly name: string;
  readonly kind: RelocKind;
}

/** One architecture. */
export interface Target {
  readonly arch: Arch;
  /** What it shares with others: templates/<family>/ is emitted beside templates/<arch>/. */
  readonly family: string;
  readonly elfClass: 32 | 64;
  /** `e_machine`. */
  readonly machine: number;
  /** Bytes of a pointer and of `long`. */
  readonly wordSize: 4 | 8;
  readonly zigTriple: string;
  readonly zigCpu: string;
  /** PT_INTERP of programs; its last component is the linker's SONAME. */
  readonly interpreter: string;
  readonly relocations: readonly Relocation[];
  /** Number by system-call name, without `SYS_`. */
  readonly syscalls: Readonly<Record<string, number>>;
  /** Offsets of mmap are passed to the kernel shifted right by this many bits. */
  readonly mmapOffsetShift: number;
}

const X86_64: Target = {
  arch: "x86_64",
  family: "x86",
  elfClass: 64,
  machine: 62,
  wordSize: 8,
  zigTriple: "x86_64-freestanding-none",
  zigCpu: "x86_64",
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  relocations: [
    { type: 0, name: "R_X86_64_NONE", kind: "RELOC_NONE" },
    { type: 1, name: "R_X86_64_64", kind: "RELOC_SYMBOLIC" },
    { type: 2, name: "R_X86_64_PC32", kind: "RELOC_PC32" },
    { type: 5, name: "R_X86_64_COPY", kind: "RELOC_COPY" },
    { type: 6, name: "R_X86_64_GLOB_DAT", kind: "RELOC_GLOB_DAT" },
    { type: 7, name: "R_X86_64_JUMP_SLOT", kind: "RELOC_JUMP_SLOT" },
    { type: 8, name: "R_X86_64_RELATIVE", kind: "RELOC_RELATIVE" },
    { type: 10, name: "R_X86_64_32", kind: "RELOC_SYMBOLIC32" },
    { type: 16, name: "R_X86_64_DTPMOD64", kind: "RELOC_DTPMOD" },
    { type: 17, name: "R_X86_64_DTPOFF64", kind: "RELOC_DTPOFF" },
    { type: 18, name: "R_X86_64_TPOFF64", kind: "RELOC_TPOFF" },
    { type: 32, name: "R_X86_64_SIZE32", kind: "RELOC_SIZE" },
    { type: 33, name: "R_X86_64_SIZE64", kind: "RELOC_SIZE" },
    { type: 36, name: "R_X86_64_TLSDESC", kind: "RELOC_TLSDESC" },
    { type: 37, name: "R_X86_64_IRELATIVE", kind: "RELOC_IRELATIVE" },
  ],
  syscalls: {
    read: 0,
    write: 1,
    open: 2,
    close: 3,
    stat: 4,
    fstat: 5,
    lseek: 8,
    mmap: 9,
    mprotect: 10,
    munmap: 11,
    brk: 12,
    rt_sigaction: 13,
    rt_sigprocmask: 14,
    rt_sigreturn: 15,
    ioctl: 16,
    pread64: 17,
    pwrite64: 18,
    writev: 20,
    access: 21,
    sched_yield: 24,
    mremap: 25,
    msync: 26,
    mincore: 27,
    madvise: 28,
    shmget: 29,
    shmat: 30,
    shmctl: 31,
    nanosleep: 35,
    getpid: 39,
    clone: 56,
    fork: 57,
    vfork: 58,
    execve: 59,
    exit: 60,
    wait4: 61,
    kill: 62,
    uname: 63,
    shmdt: 67,
    fcntl: 72,
    flock: 73,
    ftruncate: 77,
    getcwd: 79,
    mkdir: 83,
    unlink: 87,
    readlink: 89,
    umask: 95,
    getrlimit: 97,
    getuid: 102,
    getgid: 104,
    geteuid: 107,
    getegid: 108,
    getppid: 110,
    sigaltstack: 131,
    personality: 135,
    mlock: 149,
    modify_ldt: 154,
    prctl: 157,
    arch_prctl: 158,
    gettid: 186,
    futex: 202,
    sched_getaffinity: 204,
    set_thread_area: 205,
    get_thread_area: 211,
    remap_file_pages: 216,
    getdents64: 217,
    set_tid_address: 218,
    clock_gettime: 228,
    exit_group: 231,
    tgkill: 234,
    openat: 257,
    fstatat: 262,
    readlinkat: 267,
    faccessat: 269,
    set_robust_list: 273,
    prlimit64: 302,
    seccomp: 317,
    getrandom: 318,
    memfd_create: 319,
    membarrier: 324,
    pkey_mprotect: 329,
    statx: 332,
    rseq: 334,
    clone3: 435,
    map_shadow_stack: 453,
    mseal: 462,
  },
  mmapOffsetShift: 0,
};

/**
 * Where i386 has an old and a wide form of a call, the plain name is the wide one: mmap is mmap2 (offset
 * in 4096-byte units, old_mmap takes a struct), fcntl is fcntl64, getuid and its like are the 32-bit ones.
 */
const I386: Target = {
  arch: "i386",
  family: "x86",
  elfClass: 32,
  machine: 3,
  wordSize: 4,
  zigTriple: "x86-freestanding-none",
  zigCpu: "i686",
  interpreter: "/lib/ld-linux.so.2",
  relocations: [
    { type: 0, name: "R_386_NONE", kind: "RELOC_NONE" },
    { type: 1, name: "R_386_32", kind: "RELOC_SYMBOLIC" },
    { type: 2, name: "R_386_PC32", kind: "RELOC_PC32" },
    { type: 5, name: "R_386_COPY", kind: "RELOC_COPY" },
    { type: 6, name: "R_386_GLOB_DAT", kind: "RELOC_GLOB_DAT" },
    { type: 7, name: "R_386_JMP_SLOT", kind: "RELOC_JUMP_SLOT" },
    { type: 8, name: "R_386_RELATIVE", kind: "RELOC_RELATIVE" },
    { type: 14, name: "R_386_TLS_TPOFF", kind: "RELOC_TPOFF" },
    { type: 35, name: "R_386_TLS_DTPMOD32", kind: "RELOC_DTPMOD" },
    { type: 36, name: "R_386_TLS_DTPOFF32", kind: "RELOC_DTPOFF" },
    { type: 37, name: "R_386_TLS_TPOFF32", kind: "RELOC_TPOFF_POSITIVE" },
    { type: 38, name: "R_386_SIZE32", kind: "RELOC_SIZE" },
    { type: 41, name: "R_386_TLS_DESC", kind: "RELOC_TLSDESC" },
    { type: 42, name: "R_386_IRELATIVE", kind: "RELOC_IRELATIVE" },
  ],
  syscalls: {
    exit: 1,
    fork: 2,
    read: 3,
    write: 4,
    open: 5,
    close: 6,
    unlink: 10,
    execve: 11,
    lseek: 19,
    getpid: 20,
    access: 33,
    kill: 37,
    mkdir: 39,
    brk: 45,
    ioctl: 54,
    umask: 60,
    getppid: 64,
    readlink: 85,
    old_mmap: 90,
    munmap: 91,
    stat: 195,
    fstat: 197,
    wait4: 114,
    ipc: 117,
    clone: 120,
    uname: 122,
    modify_ldt: 123,
    mprotect: 125,
    personality: 136,
    msync: 144,
    flock: 143,
    writev: 146,
    mlock: 150,
    sched_yield: 158,
    nanosleep: 162,
    mremap: 163,
    prctl: 172,
    rt_sigreturn: 173,
    rt_sigaction: 174,
    rt_sigprocmask: 175,
    pread64: 180,
    pwrite64: 181,
    getcwd: 183,
    sigaltstack: 186,
    vfork: 190,
    getrlimit: 191,
    mmap: 192,
    ftruncate: 194,
    getuid: 199,
    getgid: 200,
    geteuid: 201,
    getegid: 202,
    mincore: 218,
    madvise: 219,
    getdents64: 220,
    fcntl: 221,
    gettid: 224,
    futex: 240,
    sched_getaffinity: 242,
    set_thread_area: 243,
    get_thread_area: 244,
    exit_group: 252,
    remap_file_pages: 257,
    set_tid_address: 258,
    clock_gettime: 265,
    tgkill: 270,
    openat: 295,
    fstatat: 300,
    readlinkat: 305,
    faccessat: 307,
    set_robust_list: 311,
    prlimit64: 340,
    seccomp: 354,
    getrandom: 355,
    memfd_create: 356,
    membarrier: 375,
    pkey_mprotect: 380,
    statx: 383,
    arch_prctl: 384,
    rseq: 386,
    shmget: 395,
    shmctl: 396,
    shmat: 397,
    shmdt: 398,
    clone3: 435,
    mseal: 462,
  },
  mmapOffsetShift: 12,
};

/** All architectures, by name. */
export const TARGETS: Readonly<Record<Arch, Target>> = { x86_64: X86_64, i386: I386 };

/** Every system-call name that some architecture has, sorted. */
export const SYSCALL_NAMES: readonly string[] = [
  ...new Set(Object.values(TARGETS).flatMap((target) => Object.keys(target.syscalls))),
].sort();

/** The file name of the linker of an architecture, which is its SONAME. */
export function sonameOf(target: Target): string {
  return target.interpreter.slice(target.interpreter.lastIndexOf("/") + 1);
}

/** Whether a file of templates/ is for every target, for this one's family, or for this one. */
export function isTemplateOf({ arch, family }: Target, path: string): boolean {
  const folders = path.split("/").slice(1, -1);
  return folders.length === 0 || [arch, family].some((name) => folders[0] === name);
}
