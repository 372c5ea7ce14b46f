/* tls.h's state as libc and debuggers read it. The list of modules is one array, replaced when it
 * becomes too short: libc's freeres would give further ones to its own free. Never the source of a
 * decision. */
#include "glibc_layout.h"
#include "process/heap.h"
#include "glibc/mirror/link_map.h"
#include "object/tls.h"
#include "glibc/mirror/tls_globals.h"

enum { SURPLUS = 62 }; /* entries beyond the highest module, as glibc has them */

static struct dtv_slotinfo *entries_of(struct dtv_slotinfo_list *list) {
    return (void *)(list + 1);
}

/* The list, with room for all modules; the one there is when there is no memory. A debugger may be
 * reading the old array, so that stays. */
static struct dtv_slotinfo_list *list_for(size_t modules) {
    struct dtv_slotinfo_list *list = _rtld_global._dl_tls_dtv_slotinfo_list;
    if (list != NULL && modules < list->len)
        return list;
    size_t length = modules + 1 + SURPLUS;
    struct dtv_slotinfo_list *longer =
        heap_allocate(sizeof *list + length * sizeof(struct dtv_slotinfo));
    if (longer == NULL)
        return list;
    longer->len = length;
    longer->next = NULL;
    return longer;
}

static void fill(struct dtv_slotinfo_list *list) {
    struct dtv_slotinfo *entries = entries_of(list);
    for (size_t module = 1; module < list->len; module++) {
        const struct tls_slot *slot = tls_slot_of(module);
        struct object *object = slot != NULL ? slot->object : NULL;
        entries[module].gen = slot != NULL ? slot->generation : 0;
        entries[module].map = object != NULL ? link_map_of(object) : NULL;
    }
}

static bool has_gaps(void) {
    for (size_t module = 1; module <= tls_highest; module++)
        if (tls_slot_of(module)->object == NULL)
            return true;
    return false;
}

void glibc_publish_tls(void) {
    struct dtv_slotinfo_list *list = list_for(tls_highest);
    if (list != NULL) {
        fill(list);
        _rtld_global._dl_tls_dtv_slotinfo_list = list;
    }
    _rtld_global._dl_tls_dtv_gaps = has_gaps();
    _rtld_global._dl_tls_max_dtv_idx = tls_highest;
    _rtld_global._dl_tls_generation = tls_generation;
    _rtld_global._dl_tls_static_nelem = tls_static.modules;
    _rtld_global._dl_tls_static_used = tls_static.used;
    _rtld_global._dl_tls_static_optional = tls_static.optional;
    if (_rtld_global_ro._dl_tls_static_surplus == 0) {
        _rtld_global_ro._dl_tls_static_surplus = tls_static.surplus;
        tls_publish_static(tls_static.size, tls_static.align);
    }
}
