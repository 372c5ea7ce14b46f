/* The auxiliary vector, the environment and the arguments, as the program sees them. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "check.h"

extern char **environ;
int main(int argc, char **argv, char **envp);

int main(int argc, char **argv, char **envp) {
    ElfW(Phdr) *headers = (ElfW(Phdr) *)getauxval(AT_PHDR);
    CHECK(getauxval(AT_PHENT) == sizeof *headers && headers[0].p_type == PT_PHDR);
    unsigned long bias = (unsigned long)headers - headers[0].p_vaddr;
    unsigned long phnum = getauxval(AT_PHNUM);
    int dynamic = 0;
    for (unsigned long index = 0; index < phnum; index++)
        if (headers[index].p_type == PT_DYNAMIC)
            dynamic = bias + headers[index].p_vaddr == (unsigned long)_DYNAMIC;
    CHECK(dynamic);
    const ElfW(Ehdr) *file = (const ElfW(Ehdr) *)((char *)headers - sizeof(ElfW(Ehdr)));
    CHECK(getauxval(AT_ENTRY) == bias + file->e_entry);
    CHECK(getauxval(AT_PAGESZ) == (unsigned long)sysconf(_SC_PAGESIZE));
    CHECK(getauxval(AT_SECURE) == 0 && getauxval(AT_UID) == getuid());
    CHECK(getauxval(AT_RANDOM) != 0 && getauxval(AT_SYSINFO_EHDR) != 0);
    CHECK(getauxval(AT_CLKTCK) == (unsigned long)sysconf(_SC_CLK_TCK));
    printf("platform %s hwcap2 %lu\n", (char *)getauxval(AT_PLATFORM), getauxval(AT_HWCAP2));
    errno = 0;
    CHECK(getauxval(12345) == 0 && errno == ENOENT);
    CHECK(envp == environ && environ == argv + argc + 1);
    for (int index = 0; index < argc; index++)
        puts(index == 0 ? "program" : argv[index]);
    for (char **entry = environ; *entry != NULL; entry++)
        if (strncmp(*entry, "LD_LIBRARY_PATH=", 16) != 0)
            puts(*entry);
    CHECK(strstr(argv[0], program_invocation_short_name) != NULL);
    return check_status();
}
