/* What the kernel hands to a new process: arguments, environment, auxiliary vector. */
#ifndef WINE_LD_AUXV_H
#define WINE_LD_AUXV_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"

typedef struct {
    elf_addr a_type, a_val;
} elf_auxv;

struct process {
    elf_addr *stack; /* where argc lies */
    int argc;
    char **argv, **envp;
    const char *name; /* in messages: argv[0], or the program of a direct start */
    elf_auxv *auxv;
    size_t auxv_count; /* entries before AT_NULL */
    const elf_phdr *phdr;
    size_t phdr_count;
    elf_addr entry, linker_base, sysinfo, vdso;
    size_t page_size;
    elf_addr hwcap, hwcap2, hwcap3, hwcap4, clktck, minsigstksz, rseq_feature_size, rseq_align;
    const char *platform;        /* AT_PLATFORM */
    const unsigned char *random; /* AT_RANDOM, 16 bytes */
    const char *execfn;
    bool secure; /* AT_SECURE */
};

/* The one process. Filled by process_read, read-only afterwards. */
extern struct process process;

/* Decodes the kernel's initial stack (psABI "Process Initialization"). */
void process_read(elf_addr *stack);

/* Makes the stack look as if the kernel had started the program and not us: drops the first `skip`
 * arguments, puts `argv0` (NULL: keep) in place of the program's, and the program's headers and
 * entry into the auxiliary vector. Everything moves down, so that the stack still begins where it
 * did. */
void process_enter_program(int skip, const char *argv0, const elf_phdr *phdr, size_t phdr_count,
                           elf_addr entry);

#endif
