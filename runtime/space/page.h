/* Pages: 4096 bytes on every architecture there is a table for. */
#ifndef WINE_LD_SPACE_PAGE_H
#define WINE_LD_SPACE_PAGE_H

#include <stddef.h>
#include <stdint.h>

enum { PAGE = 4096 };

static inline uintptr_t page_down(uintptr_t address) {
    return address & ~(uintptr_t)(PAGE - 1);
}

/* Wraps around to 0 at the end of the address space. */
static inline uintptr_t page_up(uintptr_t address) {
    return page_down(address + PAGE - 1);
}

/* Where the last page of [address, address + size) ends, at most at the last page boundary there
 * is. */
static inline uintptr_t page_end(uintptr_t address, size_t size) {
    uintptr_t last = page_down(UINTPTR_MAX);
    return size > last - address || address > last ? last : page_up(address + size);
}

#endif
