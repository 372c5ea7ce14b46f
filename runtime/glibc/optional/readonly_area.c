/* Whether memory lies in a part of an object that cannot be written: printf asks for a format with
 * %n, from glibc 2.43 on (before, libc read /proc/self/maps). */
#include "glibc/entry/dlfcn.h"

#include "base/auxv.h"
#include "glibc/mirror/link_map.h"
#include "object/namespace.h"
#include "glibc_layout.h"

enum { READ_ONLY, WRITABLE, NOT_FOUND };

static elf_addr page_start(elf_addr address) {
    return address & ~((elf_addr)process.page_size - 1);
}

static bool in_relro(const struct object *object, elf_addr start, elf_addr end) {
    return object->relro_start != 0 && page_start(object->relro_start) <= start &&
           end <= page_start(object->relro_start + object->relro_size);
}

/* How the bytes from `start` lie in one segment; `covered` tells how many of them it holds. */
static int in_segment(const struct object *object, const elf_phdr *header, elf_addr start,
                      elf_addr end, elf_addr *covered) {
    elf_addr from = page_start(object->base + header->p_vaddr);
    elf_addr to = page_start(object->base + header->p_vaddr + header->p_filesz +
                             (elf_addr)process.page_size - 1);
    if (header->p_type != PT_LOAD || from > start || to <= start)
        return NOT_FOUND;
    *covered = (to < end ? to : end) - start;
    if ((header->p_flags & PF_W) != 0)
        return in_relro(object, start, end) ? READ_ONLY : WRITABLE;
    return (header->p_flags & PF_R) != 0 ? READ_ONLY : WRITABLE;
}

static int area(const void *memory, size_t size) {
    const struct object *object = namespace_object_at(memory);
    elf_addr start = (elf_addr)memory, end = start + size;
    int result = object != NULL ? READ_ONLY : NOT_FOUND;
    while (result == READ_ONLY && start < end) {
        elf_addr covered = 0;
        int part = NOT_FOUND;
        for (size_t i = 0; i < object->phdr_count && part == NOT_FOUND; ++i)
            part = in_segment(object, &object->phdr[i], start, end, &covered);
        result = part;
        start += covered;
    }
    return result;
}

void dlfcn_fill_readonly_area(void) {
    _rtld_global_ro._dl_readonly_area = (void (*)(void))area;
}
