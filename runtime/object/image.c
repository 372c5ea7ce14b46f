/* See image.h. */
#include "object/image.h"

#include "base/auxv.h"
#include "space/page.h"

static elf_addr smaller(elf_addr a, elf_addr b) {
    return a < b ? a : b;
}

static elf_addr larger(elf_addr a, elf_addr b) {
    return a > b ? a : b;
}

/* The pages of one segment: those of the file, of which `backed` and later ones lie beyond its end,
 * then those that are only memory. */
struct span {
    elf_addr start, backed, file_end, end;
};

static struct span span_of(const struct object *object, const elf_phdr *header) {
    elf_addr start = object->base + header->p_vaddr;
    struct span span = {.start = page_down(start)};
    span.file_end = page_up(start + header->p_filesz);
    span.end = larger(span.file_end, page_up(start + header->p_memsz));
    span.backed = span.file_end;
    if (object->file_size != 0) {
        uint64_t first = header->p_offset - (start - span.start), size = object->file_size;
        uint64_t left = size > first ? size - first : 0;
        if (left < span.file_end - span.start)
            span.backed = span.start + page_up((elf_addr)left);
    }
    return span;
}

/* The piece of the span that holds `address`. */
static void take_piece(const struct span *span, elf_addr address, struct image_part *part) {
    part->hollow = address >= span->backed && address < span->file_end;
    if (address < span->backed) {
        part->start = span->start;
        part->end = span->backed == span->file_end ? span->end : span->backed;
    } else {
        part->start = part->hollow ? span->backed : span->file_end;
        part->end = part->hollow ? span->file_end : span->end;
    }
}

bool image_part_at(const struct object *object, elf_addr address, struct image_part *part) {
    elf_addr low = 0, high = ~(elf_addr)0; /* what later segments leave of this one */
    for (size_t i = object->phdr_count; i-- > 0;) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type != PT_LOAD)
            continue;
        struct span span = span_of(object, header);
        if (address < span.start) {
            high = smaller(high, span.start);
        } else if (address >= span.end) {
            low = larger(low, span.end);
        } else {
            take_piece(&span, address, part);
            part->start = larger(part->start, low);
            part->end = smaller(part->end, high);
            part->flags = header->p_flags;
            return true;
        }
    }
    return false;
}

/* x86 has no memory that may be written and not read. */
bool image_part_allows(const struct image_part *part, uint32_t flags) {
    uint32_t has = part->flags | ((part->flags & PF_W) != 0 ? PF_R : 0u);
    return !part->hollow && (has & flags) == flags;
}

elf_addr image_room(const struct object *object, elf_addr address, uint32_t flags,
                    elf_addr enough) {
    struct image_part part;
    elf_addr at = address;
    while (at - address < enough && image_part_at(object, at, &part) &&
           image_part_allows(&part, flags) && part.end > at)
        at = part.end;
    return at - address;
}

bool image_run_find(struct image_run *run, const struct object *object, elf_addr address,
                    elf_addr size, uint32_t flags) {
    struct image_part part;
    elf_addr room = image_room(object, address, flags, ~(elf_addr)0);
    bool known = room != 0 && image_part_at(object, address, &part);
    run->start = known ? part.start : address;
    run->end = address + room;
    return room >= size;
}

bool image_covers(const struct object *object, elf_addr address) {
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type == PT_LOAD &&
            address - (object->base + header->p_vaddr) < header->p_memsz)
            return true;
    }
    return false;
}

bool image_is_gapless(const struct object *object) {
    elf_addr end = object->map_start, page = process.page_size - 1;
    bool gapless = object->kind != OBJECT_VDSO;
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type != PT_LOAD)
            continue;
        elf_addr start = object->base + header->p_vaddr;
        gapless &= (start & ~page) <= ((end + page) & ~page);
        end = start + header->p_memsz;
    }
    return gapless;
}
