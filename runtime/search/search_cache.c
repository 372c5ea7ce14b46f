/* ld.so.cache of this process: when it is mapped, and what an entry must match here. */
#include "search/search_cache.h"

#include "search/cache.h"
#include "process/debug.h"
#include "glibc/cpu/cpu_features.h"
#include "process/heap.h"
#include "search/search.h"
#include "search/search_hwcaps.h"
#include "space/space.h"

#define CACHE_FILE "/etc/ld.so.cache"

/* Results of mapping from here on are negative errno values. */
#define LOWEST_ERROR ((uintptr_t)-4095)

static struct cache cache;
static bool cache_tried; /* cache is loaded, or cache.data is NULL: there is none */

static void load_cache(void) {
    if (cache_tried)
        return;
    cache_tried = true;
    int fd = system_open(CACHE_FILE, OPEN_READ | OPEN_CLOEXEC);
    struct file_status status;
    if (fd < 0)
        return;
    if (system_status(fd, &status) == 0 && status.size > 0 && status.size <= INT32_MAX) {
        size_t size = (size_t)status.size;
        uintptr_t data = (uintptr_t)space_map_file(fd, size);
        if (data < LOWEST_ERROR && !cache_open(&cache, (const unsigned char *)data, size)) {
            space_unmap(data, size);
            cache.data = NULL;
        }
    }
    system_close(fd);
}

void search_forget_cache(void) {
    if (cache.data != NULL) {
        space_unmap((uintptr_t)cache.data, cache.size);
        cache.data = NULL;
    }
    cache_tried = false;
}

char *search_cache_find(const char *name) {
    if (debug_wants(DEBUG_LIBS))
        debug_print(" search cache=%s\n", CACHE_FILE);
    load_cache();
    if (cache.data == NULL)
        return NULL;
    const struct cache_request request = {
        .flags = ARCH_CACHE_FLAGS,
        /* The architecture without flags of its own may have its libraries marked as just ELF. */
        .other_flags = ARCH_CACHE_FLAGS <= 0xff ? CACHE_FLAG_ELF : ARCH_CACHE_FLAGS,
        .hwcap = hwcaps_legacy_bits(),
        .isa_levels = cpu_features_isa(),
        .hwcaps_priority = hwcaps_priority,
    };
    const char *path = cache_find(&cache, name, &request);
    if (path != NULL && debug_wants(DEBUG_LIBS))
        debug_print("  trying file=%s\n", path);
    return path != NULL ? heap_copy_text(path) : NULL;
}
