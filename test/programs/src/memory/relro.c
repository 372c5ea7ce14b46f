/* Relocated read-only data and the GOT cannot be written after start. */
#define _GNU_SOURCE
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

static sigjmp_buf back;
static int target;
static int *const relocated[2] = {&target, &target};

static void on_fault(int number) {
    (void)number;
    siglongjmp(back, 1);
}

static int write_faults(void *place) {
    if (sigsetjmp(back, 1) != 0)
        return 1;
    *(volatile char *)place = *(volatile char *)place;
    return 0;
}

static int check_object(struct dl_phdr_info *info, size_t size, void *count) {
    (void)size;
    unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[index];
        if (header->p_type != PT_GNU_RELRO)
            continue;
        unsigned long first = info->dlpi_addr + header->p_vaddr;
        unsigned long end = (first + header->p_memsz) & -page;
        if ((first & -page) >= end)
            continue;
        ++*(int *)count;
        CHECK(write_faults((void *)first) && write_faults((void *)(end - 1)));
    }
    return 0;
}

int main(void) {
    int count = 0;
    signal(SIGSEGV, on_fault);
    dl_iterate_phdr(check_object, &count);
    printf("%d objects with relro\n", count);
    CHECK(write_faults((void *)&relocated[0]));
    CHECK(!write_faults(&target));
    return check_status();
}
