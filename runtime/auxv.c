/* The kernel's initial stack, decoded (psABI "Process Initialization", getauxval(3)).
 *
 * Knows where argc, argv, envp and the auxiliary vector lie and what each entry means. Does not know what
 * the values are good for. */
#include "auxv.h"

#include "text.h"

struct process process;

static void read_entry(const elf_auxv *entry) {
    elf_word value = entry->a_val;
    switch (entry->a_type) {
    case AT_PHDR: process.phdr = (const elf_phdr *)value; break;
    case AT_PHNUM: process.phdr_count = value; break;
    case AT_PAGESZ: process.page_size = value; break;
    case AT_BASE: process.linker_base = value; break;
    case AT_ENTRY: process.entry = value; break;
    case AT_PLATFORM: process.platform = (const char *)value; break;
    case AT_HWCAP: process.hwcap = value; break;
    case AT_HWCAP2: process.hwcap2 = value; break;
    case AT_CLKTCK: process.clktck = value; break;
    case AT_SECURE: process.secure = value != 0; break;
    case AT_RANDOM: process.random = (const unsigned char *)value; break;
    case AT_RSEQ_FEATURE_SIZE: process.rseq_feature_size = value; break;
    case AT_RSEQ_ALIGN: process.rseq_align = value; break;
    case AT_EXECFN: process.execfn = (const char *)value; break;
    case AT_SYSINFO: process.sysinfo = value; break;
    case AT_SYSINFO_EHDR: process.vdso = value; break;
    case AT_MINSIGSTKSZ: process.minsigstksz = value; break;
    default: break;
    }
}

void process_read(elf_word *stack) {
    process.stack = stack;
    process.argc = (int)stack[0];
    process.argv = (char **)(stack + 1);
    process.envp = process.argv + process.argc + 1;
    char **end = process.envp;
    while (*end != NULL)
        end++;
    process.auxv = (elf_auxv *)(end + 1);
    process.auxv_count = 0;
    process.page_size = 4096;
    while (process.auxv[process.auxv_count].a_type != AT_NULL)
        read_entry(&process.auxv[process.auxv_count++]);
}

void process_enter_program(int skip, const char *argv0, const elf_phdr *phdr, size_t phdr_count,
                           elf_word entry) {
    elf_word *end = (elf_word *)(process.auxv + process.auxv_count + 1);
    elf_word *first = (elf_word *)process.argv + skip;
    memmove(process.argv, first, (size_t)((char *)end - (char *)first));
    process.stack[0] = (elf_word)(process.argc - skip);
    process_read(process.stack);
    if (argv0 != NULL)
        process.argv[0] = (char *)(uintptr_t)argv0;
    for (elf_auxv *at = process.auxv; at->a_type != AT_NULL; at++) {
        at->a_val = at->a_type == AT_PHDR    ? (elf_word)phdr
                    : at->a_type == AT_PHNUM ? phdr_count
                    : at->a_type == AT_ENTRY ? entry
                                             : at->a_val;
    }
    process_read(process.stack);
}
