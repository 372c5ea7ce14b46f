/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386 as data: the ELF types of its class, the constants that depend on it, and the few operations
 * that need an instruction of its own (psABI: System V ABI, Intel386 supplement). */
#ifndef WINE_LD_ARCH_H
#define WINE_LD_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/elf.h"

typedef uint32_t elf_addr;
typedef int32_t elf_saddr;
typedef Elf32_Ehdr elf_ehdr;
typedef Elf32_Phdr elf_phdr;
typedef Elf32_Dyn elf_dyn;
typedef Elf32_Sym elf_sym;
typedef Elf32_Rel elf_reloc;

#define ARCH_NAME              "i386"
#define ARCH_ELF_CLASS         ELFCLASS32
#define ARCH_WRONG_CLASS       "wrong ELF class: ELFCLASS64"
#define ARCH_MACHINE           EM_386
#define ARCH_DT_RELOC          DT_REL
#define ARCH_DT_RELOC_SIZE     DT_RELSZ
#define ARCH_DT_RELOC_ENTRY    DT_RELENT
#define ARCH_DT_RELATIVE_COUNT DT_RELCOUNT
#define ARCH_STACK_FLAGS       (PF_R | PF_W | PF_X) /* without PT_GNU_STACK */
#define ARCH_PLT_ARGUMENT_UNIT sizeof(elf_reloc)    /* the PLT pushes a byte offset */
#define ARCH_AUDIT_ENTER        "la_i86_gnu_pltenter"
#define ARCH_AUDIT_EXIT         "la_i86_gnu_pltexit"
#define ARCH_CALL_ARGUMENTS    60 /* from a frame's size to the arguments: call_trampoline.S */
#define ARCH_PLATFORM          "i686"
#define ARCH_CACHE_FLAGS       0x0003 /* FLAG_ELF_LIBC6 */
#define ARCH_SONAME            "ld-linux.so.2"
#define ARCH_INTERPRETER       "/lib/ld-linux.so.2"

/* What stat64(2), fstat64(2) and fstatat64(2) write (asm/stat.h: struct stat64). */
struct arch_status {
    uint64_t device;
    uint32_t unused[2], mode, links, owner, group;
    uint64_t special_device;
    uint32_t padding;
    uint64_t size;
    uint32_t rest[9];
    uint64_t inode;
};

#define EXPORT __attribute__((visibility("default")))

static inline uint32_t reloc_type(const elf_reloc *reloc) {
    return reloc->r_info & 0xffu;
}
static inline size_t reloc_symbol(const elf_reloc *reloc) {
    return reloc->r_info >> 8;
}
/* The addend: in the place itself (REL). */
static inline elf_addr reloc_addend(const elf_reloc *reloc, const elf_addr *place) {
    (void)reloc;
    return *place;
}
/* The addend of a relocation whose place holds none in REL form (GLOB_DAT, JUMP_SLOT). */
static inline elf_addr reloc_explicit_addend(const elf_reloc *reloc) {
    (void)reloc;
    return 0;
}

/* The thread pointer: the address of the TCB. */
static inline void *arch_thread_pointer(void) {
    void *pointer;
    __asm__("mov %%gs:0, %0" : "=r"(pointer));
    return pointer;
}
/* Where system calls enter the kernel: AT_SYSINFO's stub, or int $0x80. */
extern elf_addr arch_sysinfo;
/* Tells system_call where AT_SYSINFO says that the kernel is entered; 0: nowhere special. */
static inline void arch_use_sysinfo(elf_addr entry) {
    arch_sysinfo = entry != 0 ? entry : arch_sysinfo;
}
/* A system call in place (system.h: system_call): what returns behind the kernel's back is not
 * predicted. The last argument and the entry are on the stack, where they can be reached without
 * %ebp and %ebx. */
static inline long arch_system_call(long number, long a, long b, long c, long d, long e, long f) {
    const elf_addr entry = arch_sysinfo;
    long result;
    __asm__ volatile("movl %[last], %%ebp\n\tcall *%[entry]"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d),
                       "D"(e), [last] "m"(f), [entry] "m"(entry)
                     : "ebp", "memory", "cc");
    return result;
}
/* Sets the thread pointer of the calling thread (set_thread_area(2)). 0 or -errno. */
long arch_set_thread_pointer(void *pointer);
/* Calls foreign code (an IFUNC resolver, an auditor) with all vector, mask and x87 state preserved
 * around it, in an area of the size that cpu_features_state_area tells. `function` takes one
 * argument, or none. */
elf_addr arch_call_preserving(elf_addr function, size_t area, void *argument);
/* Where PLT0 of a lazily bound object jumps to. */
void lazy_trampoline(void);
/* Where it jumps to when each call is followed (link/calls.h). */
void call_trampoline(void);
static inline elf_addr arch_call_trampoline(size_t vector_size) {
    (void)vector_size;
    return (elf_addr)call_trampoline;
}

#endif
