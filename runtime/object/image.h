/* What lies on the pages of an image: its segments, laid down one after the other, so that where
 * two of them meet in a page the later one is what is there.
 *
 * Knows the program headers and the length of the file; does not know what the tables in the pages
 * mean (object) nor how they got there (map). Addresses are run-time addresses. Pure: thread- and
 * signal-safe. */
#ifndef WINE_LD_IMAGE_H
#define WINE_LD_IMAGE_H

#include "arch_instructions.h"
#include "object/object.h"

/* A run of pages that one segment filled in one way. */
struct image_part {
    elf_addr start, end;
    uint32_t flags; /* PF_* of the segment */
    bool hollow;    /* of a file that ends before: to touch it is a bus error */
};

/* The part that `address` lies in. False: it lies in no segment's pages. */
bool image_part_at(const struct object *object, elf_addr address, struct image_part *part);

/* Whether memory of the part can be used as `flags` (PF_*) say; 0: it is there. */
bool image_part_allows(const struct image_part *part, uint32_t flags);

/* How many bytes from `address` on allow `flags`, without a gap. Stops counting at `enough`. */
elf_addr image_room(const struct object *object, elf_addr address, uint32_t flags, elf_addr enough);

/* Makes it the run around `address`. Whether that holds `size` bytes from there on. */
bool image_run_find(struct image_run *run, const struct object *object, elf_addr address,
                    elf_addr size, uint32_t flags);

/* Whether `size` bytes from `address` on allow `flags`, the same ones as in each call before. */
static inline bool image_run_holds(struct image_run *run, const struct object *object,
                                   elf_addr address, elf_addr size, uint32_t flags) {
    return (address - run->start < run->end - run->start && size <= run->end - address) ||
           image_run_find(run, object, address, size, flags);
}

/* Whether `address` lies inside any PT_LOAD of the object. */
bool image_covers(const struct object *object, elf_addr address);

/* Whether no gap between segments may hold something that is not the object's. */
bool image_is_gapless(const struct object *object);

/* Makes the page of a byte that will be written to the process's own before it is read: one page
 * fault, not two. */
static inline void image_own(void *byte) {
    arch_own(byte);
}

#endif
