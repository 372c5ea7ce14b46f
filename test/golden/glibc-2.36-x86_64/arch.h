/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64 as data: the ELF types of its class, the constants that depend on it, and the few
 * operations that need an instruction of its own (psABI: System V ABI, AMD64 supplement). */
#ifndef WINE_LD_ARCH_H
#define WINE_LD_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/elf.h"

typedef uint64_t elf_addr;
typedef int64_t elf_saddr;
typedef Elf64_Ehdr elf_ehdr;
typedef Elf64_Phdr elf_phdr;
typedef Elf64_Dyn elf_dyn;
typedef Elf64_Sym elf_sym;
typedef Elf64_Rela elf_reloc;

#define ARCH_NAME              "x86_64"
#define ARCH_ELF_CLASS         ELFCLASS64
#define ARCH_WRONG_CLASS       "wrong ELF class: ELFCLASS32"
#define ARCH_MACHINE           EM_X86_64
#define ARCH_DT_RELOC          DT_RELA
#define ARCH_DT_RELOC_SIZE     DT_RELASZ
#define ARCH_DT_RELOC_ENTRY    DT_RELAENT
#define ARCH_DT_RELATIVE_COUNT DT_RELACOUNT
#define ARCH_STACK_FLAGS       (PF_R | PF_W | PF_X) /* without PT_GNU_STACK */
#define ARCH_PLT_ARGUMENT_UNIT 1u                   /* the PLT pushes a relocation index */
#define ARCH_AUDIT_ENTER        "la_x86_64_gnu_pltenter"
#define ARCH_AUDIT_EXIT         "la_x86_64_gnu_pltexit"
#define ARCH_CALL_ARGUMENTS    56 /* from a frame's size to the arguments: call_trampoline.S */
#define ARCH_PLATFORM          "x86_64"
#define ARCH_CACHE_FLAGS       0x0303 /* FLAG_ELF_LIBC6 | FLAG_X8664_LIB64 */
#define ARCH_SONAME            "ld-linux-x86-64.so.2"
#define ARCH_INTERPRETER       "/lib64/ld-linux-x86-64.so.2"

/* What stat(2), fstat(2) and newfstatat(2) write (asm/stat.h). */
struct arch_status {
    uint64_t device, inode, links;
    uint32_t mode, owner, group, padding;
    uint64_t special_device, size, rest[11];
};

#define EXPORT __attribute__((visibility("default")))

static inline uint32_t reloc_type(const elf_reloc *reloc) {
    return (uint32_t)reloc->r_info;
}
static inline size_t reloc_symbol(const elf_reloc *reloc) {
    return (size_t)(reloc->r_info >> 32);
}
/* The addend: in the entry (RELA). `place` is not read. */
static inline elf_addr reloc_addend(const elf_reloc *reloc, const elf_addr *place) {
    (void)place;
    return (elf_addr)reloc->r_addend;
}
/* The addend of a relocation whose place holds none in REL form (GLOB_DAT, JUMP_SLOT). */
static inline elf_addr reloc_explicit_addend(const elf_reloc *reloc) {
    return (elf_addr)reloc->r_addend;
}

/* The thread pointer: the address of the TCB. */
static inline void *arch_thread_pointer(void) {
    void *pointer;
    __asm__("mov %%fs:0, %0" : "=r"(pointer));
    return pointer;
}
/* Tells system_call where AT_SYSINFO says that the kernel is entered; x86_64 has one way only. */
static inline void arch_use_sysinfo(elf_addr entry) {
    (void)entry;
}
/* A system call in place (system.h: system_call). Right after one, returning from a function costs
 * more than anywhere else, so the calls that are worth it are made without. */
static inline long arch_system_call(long number, long a, long b, long c, long d, long e, long f) {
    __asm__ volatile("mov %[d], %%r10\n\tmov %[e], %%r8\n\tmov %[f], %%r9\n\tsyscall"
                     : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), [d] "ri"(d), [e] "ri"(e), [f] "ri"(f)
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return number;
}
/* Sets the thread pointer of the calling thread (arch_prctl(2)). 0 or -errno. */
long arch_set_thread_pointer(void *pointer);
/* Calls foreign code (an IFUNC resolver, an auditor) with all vector, mask and x87 state preserved
 * around it, in an area of the size that cpu_features_state_area tells. `function` takes one
 * argument, or none. */
elf_addr arch_call_preserving(elf_addr function, size_t area, void *argument);
/* Where PLT0 of a lazily bound object jumps to. */
void lazy_trampoline(void);
/* Where it jumps to when each call is followed (link/calls.h), by the width of the vector registers. */
void call_trampoline_xmm(void);
void call_trampoline_ymm(void);
void call_trampoline_zmm(void);
static inline elf_addr arch_call_trampoline(size_t vector_size) {
    return (elf_addr)(vector_size == 64   ? call_trampoline_zmm
                      : vector_size == 32 ? call_trampoline_ymm
                                          : call_trampoline_xmm);
}

#endif
