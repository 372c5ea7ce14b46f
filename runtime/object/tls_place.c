/* The arithmetic of the static TLS layout. Pure. */
#include "object/tls.h"

/* glibc's allowances: initial-exec TLS of libc and of other libraries, per namespace, and what
 * makes the sum for its defaults the historic value. */
enum { LIBC_BYTES = 144, OTHER_BYTES = 144, LEGACY_BYTES = 144 };

size_t tls_surplus(size_t namespaces, size_t optional) {
    return (namespaces - 1) * LIBC_BYTES + namespaces * OTHER_BYTES + optional + LEGACY_BYTES;
}

static size_t round_up(size_t value, size_t align) {
    return (value + align - 1) & ~(align - 1);
}

/* The smallest distance of at least `start + size` whose address is `first_byte` modulo `align`. */
static size_t distance(size_t start, size_t size, size_t align, size_t first_byte) {
    size_t displacement = (0 - first_byte) & (align - 1);
    return round_up(start + size - displacement, align) + displacement;
}

size_t tls_place(struct tls_layout *layout, size_t size, size_t align, size_t first_byte) {
    if (align > layout->align)
        layout->align = align;
    size_t gap = layout->gap_end - layout->gap_start;
    if (gap >= size) {
        size_t offset = distance(layout->gap_start, size, align, first_byte);
        if (offset <= layout->gap_end) {
            layout->gap_start = offset;
            return offset;
        }
    }
    size_t offset = distance(layout->used, size, align, first_byte);
    if (offset > layout->used + size + gap) {
        layout->gap_start = layout->used;
        layout->gap_end = offset - size;
    }
    layout->used = offset;
    return offset;
}

size_t tls_place_late(size_t free, size_t size, size_t align, size_t first_byte) {
    if (size + first_byte < size || free < size + first_byte)
        return 0;
    size_t spare = (free - size - first_byte) / align; /* whole alignments that stay free */
    return free - spare * align - first_byte;
}
