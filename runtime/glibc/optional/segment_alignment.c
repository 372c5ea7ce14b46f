/* glibc: -2.34 */
/* Up to glibc 2.34 a segment's alignment itself has to be one of pages, and its place in the file
 * must fit that alignment. */
#include "base/auxv.h"
#include "glibc/rules.h"
#include "glibc_layout.h"

const char *glibc_segment_fault(const elf_phdr *header) {
    if ((header->p_align & (process.page_size - 1)) != 0)
        return "ELF load command alignment not page-aligned";
    if (((header->p_vaddr - header->p_offset) & (header->p_align - 1)) != 0)
        return "ELF load command address/offset not properly aligned";
    return NULL;
}
