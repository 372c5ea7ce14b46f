/* struct link_map of each object: what never changes after decoding is filled once, the rest is
 * copied by link_map_update. Fields that nothing outside of glibc's own ld.so reads stay zero: they
 * are listed with their reasons in codegen/verify/reasons.ts. */
#include "glibc/mirror/link_map.h"

#include "base/auxv.h"
#include "process/heap.h"
#include "glibc_layout.h"
#include "object/image.h"

/* A link_map with the way back to its object. The handle is the link_map's address. */
struct mirror {
    struct object *object;
    struct r_scope_elem *scopes[5]; /* l_scope while it is short */
    struct r_scope_elem **longer_scopes;
    size_t scope_capacity;
    bool info_filled;
    struct link_map map;
    struct auditstate audit[]; /* glibc's place for it */
};

static size_t audit_states = NAMESPACE_COUNT;

static struct mirror *mirror_of(const void *handle) {
    return (void *)((uintptr_t)handle - offsetof(struct mirror, map));
}

struct object *link_map_object(const struct link_map *map) {
    return mirror_of(map)->object;
}

struct object *object_of_handle(const void *handle) {
    return mirror_of(handle)->object;
}

/* Where l_info keeps a tag: generic tags by number, then the processor's, then four ranges that
 * count down from their highest tag (glibc's get-dynamic-info). How many processor tags there are
 * follows from the length of the array. -1: not kept. */
static int info_index(elf_saddr tag) {
    static const struct {
        uint32_t highest, count;
    } ranges[] = {{DT_VERNEEDNUM, 16}, {DT_FILTER, 3}, {0x6ffffdff, 12}, {0x6ffffeff, 11}};
    enum {
        LENGTH = sizeof(((struct link_map *)0)->l_info) / sizeof(void *),
        RANGES = LENGTH - 16 - 3 - 12 - 11,
        GENERIC = RANGES < DT_RELRENT + 1 ? RANGES : DT_RELRENT + 1,
    };
    if (tag >= 0 && tag < GENERIC)
        return (int)tag;
    uint32_t low = (uint32_t)tag;
    if (low - 0x70000000u < (uint32_t)(RANGES - GENERIC))
        return (int)(low - 0x70000000u) + GENERIC;
    int start = RANGES;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; ++i) {
        if (ranges[i].highest - low < ranges[i].count)
            return start + (int)(ranges[i].highest - low);
        start += (int)ranges[i].count;
    }
    return -1;
}

/* The entries whose pointers glibc keeps relocated. */
static const uint32_t relocated_in_place[] = {DT_HASH,   DT_PLTGOT,     DT_STRTAB,
                                              DT_SYMTAB, ARCH_DT_RELOC, DT_JMPREL,
                                              DT_RELR,   DT_VERSYM,     DT_GNU_HASH};

/* An entry as libc expects it: with its pointer relocated, in place or, in a table that must not be
 * written to and that libc cannot be told of, as a copy. */
static elf_dyn *relocated_entry(const struct object *object, elf_dyn *entry) {
    if (object->readonly_dynamic) {
        elf_dyn *copy = link_map_set_readonly == NULL ? heap_copy(entry, sizeof *entry) : NULL;
        if (copy == NULL)
            return entry;
        entry = copy;
    }
    entry->d_un.d_ptr += object->base;
    return entry;
}

static void fill_info(struct link_map *map, struct object *object) {
    elf_dyn *table = (elf_dyn *)(uintptr_t)object->dynamic.table;
    for (size_t i = 0; i < object->dynamic.count; ++i) {
        int index = info_index((elf_saddr)table[i].d_tag);
        if (index >= 0)
            map->l_info[index] = &table[i];
    }
    const size_t count = sizeof relocated_in_place / sizeof relocated_in_place[0];
    for (size_t i = 0; object->base != 0 && i < count; ++i) {
        int index = info_index((elf_saddr)relocated_in_place[i]);
        if (index >= 0 && map->l_info[index] != NULL)
            map->l_info[index] = relocated_entry(object, map->l_info[index]);
    }
}

static void fill_hash(struct link_map *map, const struct object *object) {
    const struct gnu_hash *gnu = &object->gnu_hash;
    if (gnu->bucket_count != 0) {
        map->l_nbuckets = gnu->bucket_count;
        map->l_gnu_bitmask_idxbits = gnu->bloom_mask;
        map->l_gnu_shift = gnu->bloom_shift;
        map->l_gnu_bitmask = (void *)(uintptr_t)gnu->bloom;
        map->l_gnu_buckets = (void *)(uintptr_t)gnu->buckets;
        map->l_gnu_chain_zero =
            (void *)((uintptr_t)gnu->chain - (uintptr_t)gnu->symbol_base * sizeof(uint32_t));
        return;
    }
    map->l_nbuckets = object->sysv_hash.bucket_count;
    map->l_buckets = (void *)(uintptr_t)object->sysv_hash.buckets;
    map->l_chain = (void *)(uintptr_t)object->sysv_hash.chain;
}

/* l_map_end is exact. */
static void fill_extent(struct link_map *map, const struct object *object) {
    elf_addr end = object->map_start;
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type == PT_LOAD)
            end = object->base + header->p_vaddr + header->p_memsz;
    }
    map->l_map_start = object->map_start;
    map->l_map_end = end;
    map->l_contiguous = image_is_gapless(object);
}

static void fill_tls(struct link_map *map, const struct object *object) {
    map->l_tls_initimage = (void *)(uintptr_t)object->tls.image;
    map->l_tls_initimage_size = object->tls.image_size;
    map->l_tls_blocksize = object->tls.block_size;
    map->l_tls_align = object->tls.align;
    map->l_tls_firstbyte_offset = object->tls.first_byte_offset;
}

static bool fill_names(struct link_map *map, const struct object *object) {
    struct libname_list *first = map->l_libname;
    size_t known = 0;
    for (struct libname_list *node = first; node != NULL; node = node->next)
        ++known;
    const struct object_name *name = object->names;
    for (size_t i = 0; i < known && name != NULL; ++i)
        name = name->next;
    for (; name != NULL; name = name->next) {
        struct libname_list *node = heap_allocate(sizeof *node);
        if (node == NULL)
            return false;
        node->name = (void *)(uintptr_t)name->name;
        node->dont_free = 1; /* libc's freeres must leave our memory alone */
        struct libname_list **end = (struct libname_list **)&map->l_libname;
        while (*end != NULL)
            end = (struct libname_list **)&(*end)->next;
        *end = node;
    }
    return true;
}

bool link_map_create(struct object *object) {
    struct mirror *mirror =
        heap_allocate(sizeof *mirror + audit_states * sizeof(struct auditstate));
    if (mirror == NULL)
        return false;
    struct link_map *map = &mirror->map;
    mirror->object = object;
    object->handle = map;
    for (size_t i = 0; i < audit_states; ++i)
        mirror->audit[i].cookie = (uintptr_t)map;
    map->l_addr = object->base;
    map->l_ld = (void *)(uintptr_t)object->dynamic.table;
    map->l_ldnum = (uint16_t)(object->dynamic.table != NULL ? object->dynamic.count + 1 : 0);
    map->l_real = object->shared != NULL ? object->shared->handle : map;
    map->l_ns = object->ns->id;
    map->l_phdr = (void *)(uintptr_t)object->phdr;
    map->l_phnum = object->phdr_count;
    map->l_entry = object->entry;
    map->l_versyms = (void *)(uintptr_t)object->dynamic.versym;
    map->l_nversions = (uint32_t)object->version_count;
    map->l_flags = object->dynamic.flags;
    map->l_flags_1 = object->dynamic.flags_1;
    map->l_relro_addr = object->relro_start != 0 ? object->relro_start - object->base : 0;
    map->l_relro_size = object->relro_size;
    map->l_serial = object->serial;
    if (link_map_set_readonly != NULL)
        link_map_set_readonly(map, object->readonly_dynamic);
    map->l_type = object->kind == OBJECT_PROGRAM ? 0 : object->kind == OBJECT_LOADED ? 2 : 1;
    map->l_local_scope[0] = &map->l_searchlist;
    fill_hash(map, object);
    fill_extent(map, object);
    fill_tls(map, object);
    return fill_names(map, object);
}

/* glibc's mirror of a scope: r_list is preceded by the scope itself, so that the way back
 * works for any r_scope_elem. An outgrown array stays, because a lookup may be reading it. */
struct scope_list_head {
    size_t capacity;
    struct scope *scope;
    struct link_map *maps[];
};

static void mirror_scope(struct r_scope_elem *element, struct scope *scope) {
    struct scope_list_head *head = scope->handle;
    if (scope->mirrored || scope->objects == NULL)
        return;
    if (head == NULL || head->capacity < scope->count) {
        size_t capacity = scope->count + (head != NULL ? scope->count : 0);
        struct scope_list_head *longer =
            heap_allocate(sizeof *longer + capacity * sizeof longer->maps[0]);
        if (longer == NULL)
            return;
        head = longer;
        head->capacity = capacity;
        head->scope = scope;
        scope->handle = head;
    }
    for (size_t i = 0; i < scope->count; ++i)
        head->maps[i] = scope->objects[i]->handle;
    element->r_list = head->maps;
    element->r_nlist = (uint32_t)scope->count;
    scope->mirrored = true;
}

struct scope *link_map_scope(const struct r_scope_elem *element) {
    static struct scope empty;
    if (element->r_list == NULL)
        return &empty;
    const void *head = (const char *)element->r_list - offsetof(struct scope_list_head, maps);
    return ((const struct scope_list_head *)head)->scope;
}

/* The r_scope_elem of a scope: every scope is an object's search list or its own DF_SYMBOLIC one.
 */
static struct r_scope_elem *element_of(struct object *object, struct scope *scope) {
    struct object *head = scope->count != 0 ? scope->objects[0] : object;
    struct mirror *mirror = mirror_of(head->handle);
    return scope == &head->symbolic ? &mirror->map.l_symbolic_searchlist
                                    : &mirror->map.l_searchlist;
}

static void mirror_scopes(struct mirror *mirror) {
    struct scope_list *list = &mirror->object->scopes;
    if (list->mirrored)
        return;
    enum { SHORT = sizeof mirror->scopes / sizeof mirror->scopes[0] };
    struct r_scope_elem **elements = list->count < SHORT ? mirror->scopes : mirror->longer_scopes;
    if (list->count >= SHORT && list->count >= mirror->scope_capacity) {
        mirror->scope_capacity = 2 * list->count;
        elements = heap_allocate(mirror->scope_capacity * sizeof(struct r_scope_elem *));
        if (elements == NULL)
            return;
        mirror->longer_scopes = elements;
    }
    list->mirrored = true;
    for (size_t i = 0; i < list->count; ++i) {
        elements[i] = element_of(mirror->object, list->scopes[i]);
        list->mirrored &= list->scopes[i]->count != 0; /* its first object may be another one */
    }
    elements[list->count] = NULL;
    mirror->map.l_scope = elements;
    mirror->map.l_scope_max = mirror->scope_capacity > SHORT ? mirror->scope_capacity : SHORT - 1;
}

static void mirror_flags(struct link_map *map, const struct object *object) {
    map->l_relocated = object->relocated;
    map->l_init_called = object->init_called;
    map->l_global = object->global;
    map->l_removed = object->removed;
    map->l_faked = object->missing;
    map->l_used = object->used;
    map->l_auditing = object->auditing;
    map->l_audit_any_plt = object->audited;
    map->l_direct_opencount = object->open_count;
}

static void mirror_links(struct link_map *map, const struct object *object) {
    map->l_name = (void *)(uintptr_t)object->name;
    map->l_next = object->next != NULL ? object->next->handle : NULL;
    map->l_prev = object->previous != NULL ? object->previous->handle : NULL;
}

void link_map_introduce(struct object *object) {
    mirror_links(link_map_of(object), object);
    if (object->previous != NULL)
        mirror_links(link_map_of(object->previous), object->previous);
    if (object->next != NULL)
        mirror_links(link_map_of(object->next), object->next);
}

void link_map_expect_auditors(size_t count) {
    audit_states = count;
}

uintptr_t *link_map_cookie(const struct object *object, size_t auditor) {
    return (uintptr_t *)&mirror_of(object->handle)->audit[auditor].cookie;
}

unsigned link_map_bind_flags(const struct object *object, size_t auditor) {
    return mirror_of(object->handle)->audit[auditor].bindflags;
}

void link_map_set_bind_flags(struct object *object, size_t auditor, unsigned flags) {
    mirror_of(object->handle)->audit[auditor].bindflags = flags;
    link_map_of(object)->l_audit_any_plt |= flags != 0;
}

void link_map_update(struct object *object) {
    struct mirror *mirror = mirror_of(object->handle);
    struct link_map *map = &mirror->map;
    /* Not earlier: until the libc is known to fit, the program's dynamic table must stay as it is.
     */
    if (!mirror->info_filled) {
        fill_info(map, object);
        mirror->info_filled = true;
    }
    mirror_links(map, object);
    map->l_origin = (void *)(uintptr_t)object->origin;
    map->l_loader = object->loader != NULL ? object->loader->handle : NULL;
    map->l_tls_modid = object->tls.module;
    map->l_tls_offset = object->tls.offset;
    mirror_flags(map, object);
    mirror_scope(&map->l_searchlist, &object->search);
    mirror_scope(&map->l_symbolic_searchlist, &object->symbolic);
    mirror_scopes(mirror);
    fill_names(map, object);
}

void link_map_count_namespaces(void) {
    long count = 1;
    for (long id = 1; id < namespace_end(); id++)
        if (namespace_at(id)->count != 0)
            count = id + 1;
    _rtld_global._dl_nns = (size_t)count;
}

static void mirror_namespace(struct namespace *ns) {
    struct link_namespaces *record = &_rtld_global._dl_ns[ns->id];
    record->_ns_loaded = ns->first != NULL ? ns->first->handle : NULL;
    record->_ns_nloaded = (uint32_t)ns->count;
    record->_ns_main_searchlist =
        ns->main_scope != NULL && ns->first != NULL ? element_of(ns->first, ns->main_scope) : NULL;
    if (link_map_set_libc != NULL)
        link_map_set_libc(record, ns->libc != NULL ? ns->libc->handle : NULL);
    _rtld_global._dl_load_adds = namespace_adds;
}

void link_map_update_namespace(struct namespace *ns) {
    for (struct object *object = ns->first; object != NULL; object = object->next)
        link_map_update(object);
    mirror_namespace(ns);
}

void link_map_update_added(struct object *first) {
    link_map_introduce(first);
    for (struct object *object = first; object != NULL; object = object->next)
        link_map_update(object);
    mirror_namespace(first->ns);
}

void link_map_destroy(struct object *object) {
    if (object->handle == NULL)
        return;
    struct mirror *mirror = mirror_of(object->handle);
    struct libname_list *node = mirror->map.l_libname;
    while (node != NULL) {
        struct libname_list *next = node->next;
        heap_free(node);
        node = next;
    }
    heap_free(object->search.handle);
    heap_free(object->symbolic.handle);
    heap_free(mirror->longer_scopes);
    heap_free(mirror);
    object->handle = NULL;
}

size_t link_map_thread_destructors(const struct object *object) {
    return __atomic_load_n(&link_map_of(object)->l_tls_dtor_count, __ATOMIC_ACQUIRE);
}
