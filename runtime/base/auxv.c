/* The kernel's initial stack, decoded (psABI "Process Initialization", getauxval(3)).
 *
 * Knows where argc, argv, envp and the auxiliary vector lie and what each entry means. Does not
 * know what the values are good for. */
#include "base/auxv.h"

#include "base/text.h"

struct process process;

/* Which word of struct process an entry of the auxiliary vector is: its offset and one, by type. */
#define WORD(field) (offsetof(struct process, field) + 1)
static const unsigned char words[] = {
    [AT_PHDR] = WORD(phdr),
    [AT_PHNUM] = WORD(phdr_count),
    [AT_PAGESZ] = WORD(page_size),
    [AT_BASE] = WORD(linker_base),
    [AT_ENTRY] = WORD(entry),
    [AT_PLATFORM] = WORD(platform),
    [AT_HWCAP] = WORD(hwcap),
    [AT_HWCAP2] = WORD(hwcap2),
    [AT_HWCAP3] = WORD(hwcap3),
    [AT_HWCAP4] = WORD(hwcap4),
    [AT_CLKTCK] = WORD(clktck),
    [AT_RANDOM] = WORD(random),
    [AT_RSEQ_FEATURE_SIZE] = WORD(rseq_feature_size),
    [AT_RSEQ_ALIGN] = WORD(rseq_align),
    [AT_EXECFN] = WORD(execfn),
    [AT_SYSINFO] = WORD(sysinfo),
    [AT_SYSINFO_EHDR] = WORD(vdso),
    [AT_MINSIGSTKSZ] = WORD(minsigstksz),
};
_Static_assert(sizeof(struct process) < 256, "offsets fit a byte");

static void read_entry(const elf_auxv *entry) {
    if (entry->a_type == AT_SECURE)
        process.secure = entry->a_val != 0;
    else if (entry->a_type < sizeof words && words[entry->a_type] != 0)
        *(elf_addr *)(void *)((char *)&process + words[entry->a_type] - 1) = entry->a_val;
}

void process_read(elf_addr *stack) {
    process.stack = stack;
    process.argc = (int)stack[0];
    process.argv = (char **)(stack + 1);
    process.envp = process.argv + process.argc + 1;
    process.name = process.argc > 0 ? process.argv[0] : "<program name unknown>";
    char **end = process.envp;
    while (*end != NULL)
        ++end;
    process.auxv = (elf_auxv *)(end + 1);
    process.auxv_count = 0;
    process.page_size = 4096;
    while (process.auxv[process.auxv_count].a_type != AT_NULL)
        read_entry(&process.auxv[process.auxv_count++]);
}

void process_enter_program(int skip, const char *argv0, const elf_phdr *phdr, size_t phdr_count,
                           elf_addr entry) {
    elf_addr *end = (elf_addr *)(process.auxv + process.auxv_count + 1);
    elf_addr *first = (elf_addr *)process.argv + skip;
    memmove(process.argv, first, (size_t)((char *)end - (char *)first));
    process.stack[0] = (elf_addr)(process.argc - skip);
    process_read(process.stack);
    elf_addr program = (elf_addr)process.argv[0];
    if (argv0 != NULL)
        process.argv[0] = (char *)(uintptr_t)argv0;
    for (elf_auxv *at = process.auxv; at->a_type != AT_NULL; ++at)
        at->a_val = at->a_type == AT_PHDR     ? (elf_addr)phdr
                    : at->a_type == AT_PHNUM  ? phdr_count
                    : at->a_type == AT_ENTRY  ? entry
                    : at->a_type == AT_EXECFN ? program
                                              : at->a_val;
    process_read(process.stack);
}
