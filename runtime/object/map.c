/* File to segments in memory: checks the program headers, maps one range for the whole image with
 * the lowest segment's bytes, and the other segments over their parts of it. Does not look inside
 * the segments (object) and does not know where in the address space images go (space). */
#include "object/map.h"

#include "glibc/rules.h"
#include "process/heap.h"
#include "object/image.h"
#include "space/page.h"
#include "space/space.h"
#include "base/text.h"

/* Program headers of the file, in its header bytes or in heap memory. */
struct headers {
    const elf_phdr *table;
    size_t count;
    elf_phdr *copy; /* NULL: the table is inside the file's header bytes */
};

/* The page range that the whole image needs, link-time addresses. */
struct extent {
    elf_addr start, end, align;
    elf_addr gaps_start, gaps_end; /* where the segments leave gaps; equal: they leave none */
    const elf_phdr *lowest, *first, *last; /* first and last: of the program headers */
    bool holes;                            /* one does not begin where the one before ends */
};

static const char not_aligned[] = "ELF load command address/offset not page-aligned";
static const char cannot_map[] = "failed to map segment from shared object";

/* Where a segment's pages of the file end, link-time. They are mapped even when the file has no
 * bytes for it, but its first one is shared with the segment before. */
static elf_addr file_end_of(const elf_phdr *header) {
    return page_up(header->p_vaddr + header->p_filesz);
}

static elf_addr memory_end_of(const elf_phdr *header) {
    elf_addr end = page_up(header->p_vaddr + header->p_memsz);
    return end > file_end_of(header) ? end : file_end_of(header);
}

static bool refuse(const struct found_file *file, struct error *error, const char *why) {
    return error_set(error, 0, file->path, "%s", why);
}

static bool failed(intptr_t result) {
    return result < 0 && result > -4096;
}

static bool read_headers(const struct found_file *file, struct headers *headers,
                         struct error *error) {
    const elf_ehdr *header = (const elf_ehdr *)(const void *)file->header;
    size_t size = header->e_phnum * sizeof(elf_phdr);
    headers->count = header->e_phnum;
    headers->copy = NULL;
    if (header->e_phoff <= file->header_size && size <= file->header_size - header->e_phoff &&
        header->e_phoff % sizeof(elf_addr) == 0) {
        headers->table = (const elf_phdr *)(const void *)(file->header + header->e_phoff);
        return true;
    }
    headers->copy = heap_allocate(size);
    headers->table = headers->copy;
    if (headers->copy == NULL)
        return error_set(error, E_NOMEM, file->path, "cannot allocate memory for program header");
    if (system_pread(file->fd, headers->copy, size, header->e_phoff) != (long)size) {
        heap_free(headers->copy);
        return refuse(file, error, "cannot read file data");
    }
    return true;
}

/* What of a segment's pages is only memory begins in its last page of the file, if that is not
 * full. */
static bool has_tail(const elf_phdr *header) {
    return header->p_memsz > header->p_filesz &&
           page_down(header->p_vaddr + header->p_filesz) != header->p_vaddr + header->p_filesz;
}

static const char *segment_fault(const elf_phdr *header, const struct found_file *file) {
    elf_addr room = page_down(~(elf_addr)0) - header->p_vaddr;
    const char *stricter = glibc_segment_fault != NULL ? glibc_segment_fault(header) : NULL;
    if (stricter != NULL)
        return stricter;
    if (((header->p_vaddr - header->p_offset) & (PAGE - 1)) != 0)
        return not_aligned;
    if (header->p_vaddr > page_down(~(elf_addr)0) || header->p_filesz > room ||
        header->p_memsz > room)
        return cannot_map;
    /* A file may end before its segments do, as long as nobody touches what is missing. We would.
     */
    uint64_t end = (uint64_t)header->p_offset + header->p_filesz;
    if (has_tail(header) && end - end % PAGE >= file->status.size)
        return "file too short";
    return NULL;
}

static void extend(struct extent *extent, const elf_phdr *header) {
    elf_addr start = page_down(header->p_vaddr), end = memory_end_of(header);
    if (extent->first == NULL)
        extent->first = header;
    else
        extent->holes |= file_end_of(extent->last) != start;
    if (extent->lowest == NULL || start < extent->start) {
        extent->lowest = header;
        extent->start = start;
    }
    extent->last = header;
    extent->end = end > extent->end ? end : extent->end;
    /* As in glibc, an alignment that is none is not an error, but has no effect. */
    bool sound = (header->p_align & (header->p_align - 1)) == 0;
    extent->align = sound && header->p_align > extent->align ? header->p_align : extent->align;
}

/* glibc has no rules for an image at a fixed address. */
static const char *order_fault(const struct extent *extent, bool fixed) {
    const elf_phdr *first = extent->first, *last = extent->last;
    if (fixed)
        return NULL;
    if (last->p_vaddr + last->p_memsz <= page_down(first->p_vaddr))
        return cannot_map;
    return extent->holes && page_down(last->p_vaddr) < file_end_of(first) ? not_aligned : NULL;
}

/* Nothing of what the whole range is mapped with stays where segments leave gaps. Where the lowest
 * one is not the first, each is mapped again. */
static void find_gaps(struct extent *extent) {
    bool ordered = extent->lowest == extent->first;
    if (!extent->holes)
        return;
    extent->gaps_start = ordered ? file_end_of(extent->first) : extent->start;
    extent->gaps_end = ordered ? page_down(extent->last->p_vaddr) : extent->end;
}

static const char *measure(const struct headers *headers, const struct found_file *file, bool fixed,
                           struct extent *extent) {
    *extent = (struct extent){.align = PAGE};
    for (size_t i = 0; i < headers->count; ++i) {
        const elf_phdr *header = &headers->table[i];
        if (header->p_type != PT_LOAD)
            continue;
        const char *fault = segment_fault(header, file);
        if (fault != NULL)
            return fault;
        extend(extent, header);
    }
    if (extent->first == NULL)
        return "object file has no loadable segments";
    const char *fault = order_fault(extent, fixed);
    find_gaps(extent);
    bool sound = extent->end > extent->start && extent->align <= ~(elf_addr)0 / 2 &&
                 extent->end - extent->start <= ~(elf_addr)0 - extent->align;
    return fault != NULL || sound ? fault : cannot_map;
}

int map_protection(uint32_t flags) {
    return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
           (flags & PF_X ? PROT_EXEC : 0);
}

/* Clears memory that begins in a page of the file, up to the page's end or to its own. 0 or -errno.
 */
static intptr_t clear_tail(elf_addr start, elf_addr end, int protection) {
    bool writable = (protection & PROT_WRITE) != 0;
    elf_addr page = page_down(start);
    end = end - page < PAGE ? end : page + PAGE;
    int result = writable ? 0 : space_protect(page, PAGE, protection | PROT_WRITE);
    if (result == 0)
        memset((void *)start, 0, end - start);
    return writable || result != 0 ? result : space_protect(page, PAGE, protection);
}

/* The three parts of a segment: file pages, unless they are there, the cleared end of the last one,
 * anonymous pages. The first result that is an error, or one that is not. */
static intptr_t map_segment(struct object *object, const elf_phdr *header, bool mapped, int fd) {
    elf_addr start = object->base + header->p_vaddr, page = page_down(start);
    elf_addr mapped_end = object->base + file_end_of(header);
    elf_addr memory_end = start + header->p_memsz;
    int protection = map_protection(header->p_flags);
    intptr_t result = 0;
    if (mapped_end > page && !mapped)
        result = space_map_claimed(page, mapped_end - page, protection, MAP_PRIVATE, fd,
                                   header->p_offset - (start - page), object);
    if (!failed(result) && has_tail(header))
        result = clear_tail(start + header->p_filesz, memory_end, protection);
    if (!failed(result) && page_up(memory_end) > mapped_end)
        result = space_map_claimed(mapped_end, page_up(memory_end) - mapped_end, protection,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, object);
    return result;
}

static intptr_t map_segments(struct object *object, const struct headers *headers,
                             const elf_phdr *mapped, int fd) {
    intptr_t result = 0;
    for (size_t i = 0; i < headers->count && !failed(result); ++i) {
        const elf_phdr *header = &headers->table[i];
        if (header->p_type == PT_LOAD)
            result = map_segment(object, header, header == mapped, fd);
    }
    return result;
}

/* The program headers where a segment brought them into memory, NULL: none did, or not so that they
 * can be read, or a later segment lies over them. */
static const elf_phdr *headers_in_memory(const struct object *object, const struct headers *headers,
                                         elf_addr offset) {
    elf_addr size = headers->count * sizeof(elf_phdr);
    for (size_t i = 0; i < headers->count; ++i) {
        const elf_phdr *header = &headers->table[i];
        if (header->p_type != PT_LOAD || header->p_offset > offset || size > header->p_filesz ||
            offset - header->p_offset > header->p_filesz - size)
            continue;
        elf_addr address = object->base + header->p_vaddr + (offset - header->p_offset);
        if (image_room(object, address, PF_R, size) >= size &&
            memcmp((const void *)address, headers->table, size) == 0)
            return (const elf_phdr *)address;
    }
    return NULL;
}

/* Points object->phdr at the program headers in memory, or at a copy. */
static bool keep_headers(struct object *object, const struct headers *headers, elf_addr offset) {
    object->phdr_count = (uint16_t)headers->count;
    object->phdr = headers->table; /* for headers_in_memory */
    const elf_phdr *found = headers_in_memory(object, headers, offset);
    object->phdr_copied = found == NULL;
    object->phdr =
        found != NULL ? found : heap_copy(headers->table, headers->count * sizeof(elf_phdr));
    return object->phdr != NULL;
}

/* The whole range, with the bytes of the lowest segment. */
static struct space_image image_of(struct object *object, const struct extent *extent, bool fixed,
                                   int fd) {
    const elf_phdr *lowest = extent->lowest;
    return (struct space_image){
        .fixed = fixed,
        .address = extent->start,
        .size = extent->end - extent->start,
        .align = extent->align,
        .prot = map_protection(lowest->p_flags),
        .fd = fd,
        .offset = lowest->p_offset - (lowest->p_vaddr - extent->start),
        .owner = object,
    };
}

/* Between the segments nothing can be read or written. */
static intptr_t close_gaps(const struct object *object, const struct extent *extent) {
    return extent->gaps_end > extent->gaps_start
               ? space_protect(object->base + extent->gaps_start,
                               extent->gaps_end - extent->gaps_start, PROT_NONE)
               : 0;
}

/* The lowest page from `address` on with which a segment begins; none: the image's end. */
static elf_addr next_start(const struct headers *headers, elf_addr address, elf_addr end) {
    for (size_t i = 0; i < headers->count; ++i) {
        elf_addr start = page_down(headers->table[i].p_vaddr);
        if (headers->table[i].p_type == PT_LOAD && start >= address && start < end)
            end = start;
    }
    return end;
}

/* Where the segments end that follow one another without a gap from `end` on. */
static elf_addr stretch_end(const struct headers *headers, elf_addr end) {
    for (size_t i = 0; i < headers->count; ++i) {
        const elf_phdr *header = &headers->table[i];
        if (header->p_type == PT_LOAD && page_down(header->p_vaddr) <= end &&
            memory_end_of(header) > end) {
            end = memory_end_of(header);
            i = (size_t)-1; /* from the first one again: they may be in any order */
        }
    }
    return end;
}

/* An image at a fixed address has what its segments need. What lies between them is anybody's, as
 * in glibc, and may be taken already. */
static intptr_t claim_fixed(const struct space_image *whole, const struct headers *headers) {
    elf_addr limit = whole->address + whole->size;
    struct space_image part = *whole;
    for (elf_addr end = whole->address; end < limit; part.offset = 0) {
        part.address = next_start(headers, end, limit);
        end = stretch_end(headers, part.address);
        part.size = end - part.address;
        intptr_t got = space_claim(&part);
        if (failed(got))
            return got;
    }
    return (intptr_t)whole->address;
}

/* Claims what the image needs and maps the segments there, once. The address or -errno. */
static intptr_t place_image(struct object *object, const struct extent *extent, bool fixed,
                            const struct headers *headers, int fd) {
    const struct space_image image = image_of(object, extent, fixed, fd);
    intptr_t address = fixed ? claim_fixed(&image, headers) : space_claim(&image);
    if (failed(address))
        return address;
    object->map_start = (elf_addr)address;
    object->map_end = object->map_start + (extent->end - extent->start);
    object->base = object->map_start - extent->start;
    intptr_t result = fixed ? 0 : close_gaps(object, extent);
    const elf_phdr *mapped = extent->lowest == extent->first ? extent->first : NULL;
    if (!failed(result))
        result = map_segments(object, headers, mapped, fd);
    if (failed(result)) {
        map_remove(object);
        return result;
    }
    return address;
}

static bool map_image(struct object *object, const struct found_file *file,
                      const struct headers *headers, struct error *error) {
    const elf_ehdr *header = (const elf_ehdr *)(const void *)file->header;
    struct extent extent;
    object->file_size = file->status.size;
    bool fixed = header->e_type == ET_EXEC;
    const char *fault = measure(headers, file, fixed, &extent);
    /* A program at a fixed address may be loaded by ld.so itself only ("ld.so PROGRAM"). */
    if (fault == NULL && fixed && object->kind != OBJECT_PROGRAM)
        fault = "cannot dynamically load executable";
    if (fault != NULL)
        return refuse(file, error, fault);
    intptr_t result = place_image(object, &extent, fixed, headers, file->fd);
    if (failed(result) || !keep_headers(object, headers, header->e_phoff))
        return error_set(error, failed(result) ? 0 : E_NOMEM, file->path, cannot_map);
    object->entry = object->base + header->e_entry;
    space_name(object->map_start, object->map_end, file->path);
    object->device = file->status.device;
    object->inode = file->status.inode;
    return true;
}

bool map_file(struct object *object, const struct found_file *file, struct error *error) {
    struct headers headers;
    if (!read_headers(file, &headers, error))
        return false;
    bool good = map_image(object, file, &headers, error);
    heap_free(headers.copy);
    return good;
}

void map_remove(struct object *object) {
    if (object->map_end > object->map_start)
        space_release(object->map_start, object->map_end - object->map_start);
    if (object->phdr_copied)
        heap_free((void *)(uintptr_t)object->phdr);
    object->map_start = object->map_end = 0;
    object->phdr = NULL;
    object->phdr_count = 0;
    object->phdr_copied = false;
}

void map_adopt(struct object *object, const elf_phdr *phdr, size_t count, elf_addr base) {
    bool first = true;
    object->base = base;
    object->phdr = phdr;
    object->phdr_count = (uint16_t)count;
    for (size_t i = 0; i < count; ++i) {
        if (phdr[i].p_type != PT_LOAD)
            continue;
        elf_addr start = base + phdr[i].p_vaddr;
        if (first || page_down(start) < object->map_start)
            object->map_start = page_down(start);
        if (page_up(start + phdr[i].p_memsz) > object->map_end)
            object->map_end = page_up(start + phdr[i].p_memsz);
        first = false;
    }
    space_adopt(object->map_start, object->map_end, object);
}
