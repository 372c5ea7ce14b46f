/* /etc/ld.so.cache, as ldconfig(8) writes it: a header, entries sorted by library name, strings,
 * and extension sections.
 *
 * Every offset that comes from the file is checked before it is used, and strings are never read
 * past the end of the file: a damaged cache gives fewer answers, never a wild read. Knows nothing
 * of search paths or of which folders exist. */
#include "search/cache.h"
#include "base/text.h"

#define MAGIC_OLD "ld.so-1.7.0"
#define MAGIC_NEW "glibc-ld.so.cache1.1"

/* The table of libc5's time, which may precede the new one. */
struct old_header {
    char magic[sizeof MAGIC_OLD - 1];
    uint32_t count;
};
enum { OLD_ENTRY_SIZE = 12, NEW_ALIGN = 8 };

struct header {
    char magic[sizeof MAGIC_NEW - 1];
    uint32_t count, strings_size;
    uint8_t endian; /* 0: not said; low two bits, 2: little */
    uint8_t padding[3];
    uint32_t extension_offset; /* from the start of the file; 0: none */
    uint32_t unused[3];
};
struct entry {
    int32_t flags;
    uint32_t key, value; /* offsets of the library's name and path, from the new header */
    uint32_t osversion;
    uint64_t hwcap;
};
_Static_assert(sizeof(struct header) == 48 && sizeof(struct entry) == 24, "file format");
enum { ENDIAN_MASK = 3, ENDIAN_LITTLE = 2 };

struct extension {
    uint32_t tag, flags, offset, size;
};
struct extension_directory {
    uint32_t magic, count;
};
enum { EXTENSION_HWCAPS = 1 };
#define EXTENSION_MAGIC ((uint32_t)-358342284)

/* The hwcap word of an entry: bit 62 says that the low half is an index into the hwcaps section and
 * that the ten bits above it are the number of the ISA level that the library needs. */
#define HWCAP_EXTENSION      (UINT64_C(1) << 62)
#define HWCAP_EXTENSION_HIGH UINT64_C(0xfffffc0000000000)
#define HWCAP_TLS            (UINT64_C(1) << 63)
enum { ISA_LEVEL_SHIFT = 32, ISA_LEVEL_MASK = 0x3ff };

/* Whether `count` items of `item` bytes fit at `offset` of `size` bytes. */
static bool fits(size_t size, size_t offset, uint32_t count, size_t item) {
    return offset <= size && (size - offset) / item >= count;
}

static const struct header *find_header(const unsigned char *data, size_t size) {
    size_t offset = 0;
    if (size >= sizeof(struct old_header) && memcmp(data, MAGIC_OLD, sizeof MAGIC_OLD - 1) == 0) {
        uint32_t count = ((const struct old_header *)data)->count;
        if (!fits(size, sizeof(struct old_header), count, OLD_ENTRY_SIZE))
            return NULL;
        offset = sizeof(struct old_header) + (size_t)count * OLD_ENTRY_SIZE;
        offset = (offset + NEW_ALIGN - 1) & ~(size_t)(NEW_ALIGN - 1);
    }
    if (!fits(size, offset, 1, sizeof(struct header)) ||
        memcmp(data + offset, MAGIC_NEW, sizeof MAGIC_NEW - 1) != 0)
        return NULL;
    return (const struct header *)(data + offset);
}

static void load_hwcaps(struct cache *cache, uint32_t offset) {
    if (offset == 0 || offset % 4 != 0 ||
        !fits(cache->size, offset, 1, sizeof(struct extension_directory)))
        return;
    const struct extension_directory *directory = (const void *)(cache->data + offset);
    if (directory->magic != EXTENSION_MAGIC ||
        !fits(cache->size, offset + sizeof *directory, directory->count, sizeof(struct extension)))
        return;
    const struct extension *sections = (const void *)(directory + 1);
    for (uint32_t i = 0; i < directory->count; i++) {
        if (!fits(cache->size, sections[i].offset, sections[i].size, 1))
            return;
        if (sections[i].tag == EXTENSION_HWCAPS && sections[i].size % 4 == 0 &&
            sections[i].offset % 4 == 0) {
            cache->hwcaps = cache->data + sections[i].offset;
            cache->hwcaps_count = sections[i].size / 4;
        }
    }
}

bool cache_open(struct cache *cache, const unsigned char *data, size_t size) {
    memset(cache, 0, sizeof *cache);
    const struct header *header = find_header(data, size);
    if (header == NULL)
        return false;
    size_t offset = (size_t)((const unsigned char *)header - data);
    if ((header->endian != 0 && (header->endian & ENDIAN_MASK) != ENDIAN_LITTLE) ||
        !fits(size, offset + sizeof *header, header->count, sizeof(struct entry)))
        return false;
    cache->data = data;
    cache->size = size;
    cache->start = (const unsigned char *)header;
    cache->count = header->count;
    cache->last_nul = data + size - 1;
    while (*cache->last_nul != '\0') /* the header holds some */
        cache->last_nul--;
    load_hwcaps(cache, header->extension_offset);
    return true;
}

/* The string at `offset` from `base`, or NULL when it does not end inside the file. */
static const char *string_at(const struct cache *cache, const unsigned char *base,
                             uint32_t offset) {
    if (cache->last_nul < base || offset > (size_t)(cache->last_nul - base))
        return NULL;
    return (const char *)base + offset;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Reads a number, wrapping around as ldconfig's comparison does. */
static int take_number(const char **text) {
    uint32_t value = 0;
    while (is_digit(**text))
        value = value * 10 + (uint32_t)(*(*text)++ - '0');
    return (int)value;
}

/* ldconfig's order of names: digits compare as numbers and after everything else. */
static int compare_names(const char *a, const char *b) {
    while (*a != '\0') {
        if (is_digit(*a) && is_digit(*b)) {
            int left = take_number(&a), right = take_number(&b);
            if (left != right)
                return left < right ? -1 : 1;
        } else if (is_digit(*a) || is_digit(*b)) {
            return is_digit(*a) ? 1 : -1;
        } else if (*a != *b) {
            return *a < *b ? -1 : 1;
        } else {
            a++, b++;
        }
    }
    return *b == '\0' ? 0 : -1;
}

static const struct entry *entry_at(const struct cache *cache, uint32_t index) {
    return (const struct entry *)(cache->start + sizeof(struct header)) + index;
}

static const char *name_of(const struct cache *cache, int64_t index) {
    return string_at(cache, cache->start, entry_at(cache, (uint32_t)index)->key);
}

/* Entries of a name lie beside each other. */
static uint32_t first_beside(const struct cache *cache, const char *name, int64_t index) {
    while (index > 0) {
        const char *key = name_of(cache, index - 1);
        if (key == NULL || compare_names(name, key) != 0)
            break;
        index--;
    }
    return (uint32_t)index;
}

/* The first of the entries called `name`; count when there is none. Looks where glibc looks, which
 * matters when the file is not in order. */
static uint32_t first_entry(const struct cache *cache, const char *name) {
    int64_t low = 0, high = (int64_t)cache->count - 1; /* in descending order */
    while (low <= high) {
        int64_t middle = (low + high) / 2;
        const char *key = name_of(cache, middle);
        if (key == NULL)
            return cache->count;
        int order = compare_names(name, key);
        if (order == 0)
            return first_beside(cache, name, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return cache->count;
}

static uint32_t hwcaps_priority(const struct cache *cache, uint64_t hwcap,
                                const struct cache_request *request) {
    uint32_t index = (uint32_t)hwcap;
    unsigned level = (unsigned)(hwcap >> ISA_LEVEL_SHIFT) & ISA_LEVEL_MASK;
    if (index >= cache->hwcaps_count || level >= 32 || (request->isa_levels >> level & 1) == 0)
        return 0;
    uint32_t offset = ((const uint32_t *)cache->hwcaps)[index];
    const char *subdirectory = string_at(cache, cache->data, offset);
    if (subdirectory == NULL)
        return 0;
    return request->hwcaps_priority(subdirectory, strlen(subdirectory));
}

/* Other entries: every bit must be one of this machine's. */
static bool usable(const struct entry *entry, const struct cache_request *request) {
    return (entry->hwcap & ~(request->hwcap | HWCAP_TLS)) == 0;
}

const char *cache_find(const struct cache *cache, const char *name,
                       const struct cache_request *request) {
    const char *best = NULL;
    uint32_t best_priority = UINT32_MAX;
    for (uint32_t i = first_entry(cache, name); i < cache->count; i++) {
        const struct entry *entry = entry_at(cache, i);
        const char *key = string_at(cache, cache->start, entry->key);
        if (key == NULL || compare_names(name, key) != 0)
            break;
        const char *path = string_at(cache, cache->start, entry->value);
        if ((entry->flags != request->flags && entry->flags != request->other_flags) ||
            path == NULL)
            continue;
        if ((entry->hwcap & HWCAP_EXTENSION_HIGH) == HWCAP_EXTENSION) {
            uint32_t priority = hwcaps_priority(cache, entry->hwcap, request);
            if (priority != 0 && priority < best_priority) {
                best_priority = priority;
                best = path;
            }
            continue;
        }
        if (best != NULL) /* entries of hwcaps subdirectories come first */
            return best;
        if (usable(entry, request))
            return path;
    }
    return best;
}
