/* Subfolders for better processors: glibc-hwcaps/ (ld.so(8), "glibc-hwcaps") and, up to glibc 2.36,
 * the legacy ones: every combination of "tls", the platform's name and the names of hwcap bits.
 *
 * Knows names and order. Which of them this processor has, glibc/cpu/cpu_features says. */
#include "search/search_hwcaps.h"

#include "glibc_identity.h"
#include "base/format.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc/tunables.h"
#include "process/heap.h"
#include "process/options.h"
#include "base/search_path.h"
#include "base/text.h"

#define GLIBC_HWCAPS "glibc-hwcaps/"

struct subfolders subfolders;

/* The names of legacy hwcap bits, and of the bits that stand for platforms in ld.so.cache. */
static const struct {
    const char *name;
    unsigned char bit;
} legacy_bits[] = {{"sse2", 0}, {"x86_64", 1}, {"avx512_1", 2}};
static const struct {
    const char *name;
    unsigned char bit;
} legacy_platforms[] = {{"i586", HWCAPS_FIRST_PLATFORM},
                        {"i686", HWCAPS_FIRST_PLATFORM + 1},
                        {"haswell", HWCAPS_FIRST_PLATFORM + 2},
                        {"xeon_phi", HWCAPS_FIRST_PLATFORM + 3}};
enum { LEGACY_BITS = sizeof legacy_bits / sizeof legacy_bits[0], LEGACY_NAMES = LEGACY_BITS + 2 };
enum { LEVEL_NAME_SIZE = 10, BASE_LEVEL = 1, BEST_LEVEL = 4 };

static uint64_t legacy_mask(void) {
    return tunable_number("glibc.cpu.hwcap_mask", 0);
}

/* "x86-64-v3". */
static struct path_part level_name(unsigned level, char buffer[LEVEL_NAME_SIZE]) {
    memcpy(buffer, "x86-64-v", LEVEL_NAME_SIZE - 2);
    buffer[LEVEL_NAME_SIZE - 2] = (char)('0' + level);
    buffer[LEVEL_NAME_SIZE - 1] = '\0';
    return (struct path_part){buffer, LEVEL_NAME_SIZE - 1};
}

void hwcaps_level_names(char *buffer, size_t size) {
    size_t length = 0;
    buffer[0] = '\0';
    for (unsigned level = BEST_LEVEL; cpu_features_level() != 0 && level > BASE_LEVEL; --level)
        length +=
            format(buffer + length, size - length, "%sx86-64-v%u", length > 0 ? ":" : "", level);
}

static bool is_masked(const struct path_part *name) {
    return options.hwcaps_mask != NULL && !path_list_holds(options.hwcaps_mask, name);
}

static size_t count_prepended(void) {
    size_t count = 0;
    const char *list = options.hwcaps_prepend;
    struct path_part name;
    while (path_next_nonempty(&list, ":", &name))
        ++count;
    return count;
}

/* Room for the text of a subfolder: they are short, many, and stay. */
static char *text_room(size_t size) {
    enum { CHUNK = 352 };
    static char *next;
    static size_t left;
    if (size > left) {
        left = size > CHUNK ? size : CHUNK;
        next = heap_allocate(left);
        left = next != NULL ? left : 0;
    }
    char *room = next;
    next = room != NULL ? room + size : NULL;
    left -= room != NULL ? size : 0;
    return room;
}

/* Appends a subfolder made of `prefix` and `name`. */
static bool append(const char *prefix, struct path_part name) {
    size_t prefix_length = strlen(prefix);
    size_t length = prefix_length + name.length + (name.length != 0);
    char *path = text_room(length + 1);
    if (path == NULL)
        return false;
    memcpy(path, prefix, prefix_length);
    memcpy(path + prefix_length, name.start, name.length);
    if (name.length != 0)
        path[length - 1] = '/';
    struct subfolder *item = &subfolders.items[subfolders.count];
    *item = (struct subfolder){path, length, false};
    for (size_t i = 0; i < subfolders.count && !item->repeated; ++i)
        item->repeated = subfolders.items[i].length == length &&
                         memory_equal(subfolders.items[i].path, path, length);
    ++subfolders.count;
    if (length > subfolders.longest)
        subfolders.longest = length;
    return true;
}

static bool append_glibc_hwcaps(void) {
    const char *list = options.hwcaps_prepend;
    struct path_part name;
    while (path_next_nonempty(&list, ":", &name))
        if (!append(GLIBC_HWCAPS, name))
            return false;
    for (unsigned level = cpu_features_level(); level > BASE_LEVEL; --level) {
        char buffer[LEVEL_NAME_SIZE];
        name = level_name(level, buffer);
        if (!is_masked(&name) && !append(GLIBC_HWCAPS, name))
            return false;
    }
    return true;
}

/* The names that legacy subfolders combine, in ascending order of rank. */
static size_t legacy_names(struct path_part names[LEGACY_NAMES]) {
    size_t count = 0;
    uint64_t bits = cpu_features_hwcap() & legacy_mask();
    for (size_t i = 0; i < LEGACY_BITS; ++i)
        if ((bits >> legacy_bits[i].bit & 1) != 0)
            names[count++].start = legacy_bits[i].name;
    if (cpu_features_platform() != NULL)
        names[count++].start = cpu_features_platform();
    names[count++].start = "tls";
    for (size_t i = 0; i < count; ++i)
        names[i].length = strlen(names[i].start);
    return count;
}

/* Appends the subfolder that combines the names whose bit is set in `set`, best first. */
static bool append_combination(const struct path_part names[], size_t count, size_t set) {
    char path[64];
    size_t length = 0;
    for (size_t i = count; i-- > 0;) {
        if ((set >> i & 1) != 0) {
            if (length + 1 + names[i].length >= sizeof path)
                return true; /* a platform name like that names no folder */
            path[length] = '/';
            length += length > 0;
            memcpy(path + length, names[i].start, names[i].length);
            length += names[i].length;
        }
    }
    return append("", (struct path_part){path, length});
}

static bool append_legacy(const struct path_part names[], size_t count) {
    for (size_t set = (size_t)1 << count; set-- > 0;)
        if (!append_combination(names, count, set))
            return false;
    return true;
}

bool hwcaps_init(void) {
    struct path_part names[LEGACY_NAMES];
    size_t count = GLIBC_LEGACY_HWCAPS ? legacy_names(names) : 0;
    size_t room = count_prepended() + cpu_features_level() + ((size_t)1 << count);
    subfolders.items = heap_allocate(room * sizeof *subfolders.items);
    return subfolders.items != NULL && append_glibc_hwcaps() && append_legacy(names, count);
}

uint32_t hwcaps_priority(const char *name, size_t length) {
    size_t prefix = strlen(GLIBC_HWCAPS);
    for (size_t i = 0; i < subfolders.count; ++i) {
        const struct subfolder *item = &subfolders.items[i];
        if (!text_starts(item->path, GLIBC_HWCAPS))
            break;
        if (item->length == prefix + length + 1 && memcmp(item->path + prefix, name, length) == 0)
            return (uint32_t)i + 1;
    }
    return 0;
}

uint64_t hwcaps_legacy_bits(void) {
    if (!GLIBC_LEGACY_HWCAPS)
        return 0;
    uint64_t bits = cpu_features_hwcap() & legacy_mask();
    const char *platform = cpu_features_platform();
    for (size_t i = 0; platform != NULL && i < sizeof legacy_platforms / sizeof legacy_platforms[0];
         ++i)
        if (text_equal(platform, legacy_platforms[i].name))
            bits |= UINT64_C(1) << legacy_platforms[i].bit;
    return bits;
}

/* Prints " (a, b)" of the labels that hold. */
static void print_labels(bool supported, bool masked, bool searched) {
    const char *labels[] = {supported ? "supported" : NULL, masked ? "masked" : NULL,
                            searched ? "searched" : NULL};
    const char *before = " (";
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; ++i) {
        if (labels[i] != NULL) {
            print(1, "%s%s", before, labels[i]);
            before = ", ";
        }
    }
    print(1, supported || masked || searched ? ")\n" : "\n");
}

static void print_glibc_hwcaps(void) {
    unsigned best = cpu_features_level();
    if (best == 0 && count_prepended() == 0) {
        print(1, "\nNo subdirectories of glibc-hwcaps directories are searched.\n");
        return;
    }
    print(1, "\nSubdirectories of glibc-hwcaps directories, in priority order:\n");
    const char *list = options.hwcaps_prepend;
    struct path_part name;
    while (path_next_nonempty(&list, ":", &name)) {
        print(1, "  %.*s", (int)name.length, name.start);
        print_labels(false, false, true);
    }
    for (unsigned level = BEST_LEVEL; best != 0 && level > BASE_LEVEL; --level) {
        char buffer[LEVEL_NAME_SIZE];
        name = level_name(level, buffer);
        print(1, "  %s", buffer);
        print_labels(level <= best, is_masked(&name), level <= best && !is_masked(&name));
    }
}

void hwcaps_print(void) {
    print_glibc_hwcaps();
    if (!GLIBC_LEGACY_HWCAPS)
        return;
    print(1, "\nLegacy HWCAP subdirectories under library search path directories:\n");
    if (cpu_features_platform() != NULL)
        print(1, "  %s (AT_PLATFORM; supported, searched)\n", cpu_features_platform());
    print(1, "  tls (supported, searched)\n");
    uint64_t own = cpu_features_hwcap(), mask = legacy_mask();
    uint64_t important = cpu_features_hwcap_important();
    for (size_t i = LEGACY_BITS; i-- > 0;) {
        uint64_t bit = UINT64_C(1) << legacy_bits[i].bit;
        if ((important & bit) != 0) {
            print(1, "  %s", legacy_bits[i].name);
            print_labels((own & bit) != 0, (mask & bit) == 0, (own & mask & bit) != 0);
        }
    }
}
