/* Finding a definition: which symbol of one object matches a reference, and the walk over scopes.
 * Does not know where references come from or what is done with the address. */
#include "object/lookup.h"

#include "object/bound.h"
#include "process/debug.h"
#include "glibc/locks.h"
#include "object/namespace.h"
#include "object/scope_index.h"
#include "base/text.h"

/* A search under way: the reference, and what was seen in the object being searched. */
struct search {
    const struct reference *reference;
    enum reference_class class;
    uint32_t gnu_hash, sysv_hash;
    bool sysv_hash_known;
    const elf_sym
        *only_version;        /* unversioned reference: a symbol of a later, not hidden version */
    unsigned version_matches; /* how many of those there are */
};

/* The version rules of one candidate: exact for a versioned reference; for an unversioned one the
 * base or first version, later ones only when there is just one. */
static bool version_fits(struct search *search, const struct object *object, size_t index) {
    const struct wanted_version *wanted = search->reference->version;
    const uint16_t *versym = object->dynamic.versym;
    if (versym == NULL)
        return true;
    unsigned own = versym[index] & ~VERSYM_HIDDEN;
    bool hidden = (versym[index] & VERSYM_HIDDEN) != 0;
    if (wanted != NULL) {
        static const struct version none;
        const struct version *version =
            own < object->version_count ? &object->versions[own] : &none;
        bool same = version->name != NULL && version->hash == wanted->hash &&
                    text_equal(version->name, wanted->name);
        return same || !(wanted->hidden || version->hash != 0 || hidden);
    }
    if (own < (search->reference->flags & LOOKUP_RETURN_NEWEST ? 2u : 3u))
        return true;
    if (!hidden && search->version_matches++ == 0)
        search->only_version = &object->dynamic.symtab[index];
    return false;
}

/* Whether the string at `offset` of the object's is the one that is looked for. */
static inline bool name_fits(const struct search *search, const struct object *object,
                             elf_addr offset) {
    const struct symbol_name *wanted = &search->reference->name;
    const struct dynamic *dynamic = &object->dynamic;
    if (offset < dynamic->strsz && wanted->size <= dynamic->strsz - offset)
        return memory_equal(dynamic->strtab + offset, wanted->text, wanted->size);
    const char *name = object_string(object, offset);
    return name != NULL && text_equal(name, wanted->text);
}

/* In place, as are its callers: a first call may come on a small stack, in a signal handler. */
static inline __attribute__((always_inline)) bool
symbol_fits(struct search *search, const struct object *object, size_t index) {
    enum {
        USABLE_TYPES = 1 << STT_NOTYPE | 1 << STT_OBJECT | 1 << STT_FUNC | 1 << STT_COMMON |
                       1 << STT_TLS | 1 << STT_GNU_IFUNC,
    };
    if (index >= object->dynamic.symbol_limit)
        return false;
    const elf_sym *symbol = &object->dynamic.symtab[index];
    unsigned type = elf_st_type(symbol->st_info);
    if ((symbol->st_value == 0 && symbol->st_shndx != SHN_ABS && type != STT_TLS) ||
        (symbol->st_shndx == SHN_UNDEF && (search->class & REFERENCE_PLT) != 0) ||
        (USABLE_TYPES >> type & 1) == 0)
        return false;
    if (symbol != search->reference->symbol && !name_fits(search, object, symbol->st_name))
        return false;
    return version_fits(search, object, index);
}

static const elf_sym *search_gnu(struct search *search, const struct object *object) {
    enum { WORD_BITS = 8 * sizeof(elf_addr) };
    const struct gnu_hash *table = &object->gnu_hash;
    uint32_t hash = search->gnu_hash;
    elf_addr word = table->bloom[hash / WORD_BITS & table->bloom_mask];
    if ((word >> (hash % WORD_BITS) & word >> ((hash >> table->bloom_shift) % WORD_BITS) & 1) == 0)
        return NULL;
    uint32_t first = table->buckets[hash % table->bucket_count];
    if (first < table->symbol_base || first == 0 ||
        first - table->symbol_base >= (size_t)(table->chain_end - table->chain))
        return NULL;
    const uint32_t *chain = table->chain + (first - table->symbol_base);
    for (; chain < table->chain_end; ++chain) {
        size_t index = (size_t)(chain - table->chain) + table->symbol_base;
        if ((*chain ^ hash) >> 1 == 0 && symbol_fits(search, object, index))
            return &object->dynamic.symtab[index];
        if (*chain & 1)
            break;
    }
    return NULL;
}

static const elf_sym *search_sysv(struct search *search, const struct object *object) {
    const struct sysv_hash *table = &object->sysv_hash;
    if (!search->sysv_hash_known) {
        search->sysv_hash = sysv_hash_of(search->reference->name.text);
        search->sysv_hash_known = true;
    }
    uint32_t index = table->buckets[search->sysv_hash % table->bucket_count];
    for (uint32_t steps = 0; index != 0 && index < table->chain_count && steps < table->chain_count;
         ++steps) {
        if (symbol_fits(search, object, index))
            return &object->dynamic.symtab[index];
        index = table->chain[index];
    }
    return NULL;
}

static inline __attribute__((always_inline)) const elf_sym *
search_object(struct search *search, const struct object *object) {
    const elf_sym *found;
    search->only_version = NULL;
    search->version_matches = 0;
    if (object->gnu_hash.bucket_count != 0)
        found = search_gnu(search, object);
    else if (object->sysv_hash.bucket_count != 0)
        found = search_sysv(search, object);
    else
        return NULL;
    if (found == NULL && search->version_matches == 1)
        found = search->only_version;
    if (found != NULL && (elf_st_visibility(found->st_other) == STV_HIDDEN ||
                          elf_st_visibility(found->st_other) == STV_INTERNAL))
        return NULL;
    return found;
}

/* STB_GNU_UNIQUE: the first definition that anybody bound to is everybody's. */
static void bind_unique(const struct search *search, struct object *object, const elf_sym *symbol,
                        struct binding *binding) {
    bool copy = (search->class & REFERENCE_COPY) != 0;
    struct unique_table *table = &object->ns->unique;
    unique_lock();
    const struct unique_entry *known =
        unique_find(table, search->gnu_hash, search->reference->name.text);
    *binding = (struct binding){.object = object, .symbol = symbol};
    if (known == NULL) {
        struct unique_entry entry = {
            .hash = search->gnu_hash,
            .name = object_string(object, symbol->st_name),
            .symbol = copy ? search->reference->symbol : symbol,
            .object = copy ? search->reference->from : object,
        };
        unique_enter(table, &entry);
        object->nodelete |= !copy;
    } else if (!copy) {
        *binding = (struct binding){.object = known->object, .symbol = known->symbol};
    }
    unique_unlock();
}

/* Takes a matching symbol as the result. False: a local one, or (LD_DYNAMIC_WEAK) a weak one, to be
 * used only when nothing better follows. */
static bool accept(const struct search *search, struct object *object, const elf_sym *symbol,
                   struct binding *binding) {
    switch (elf_st_bind(symbol->st_info)) {
    case STB_WEAK:
        if (options.dynamic_weak) {
            if (binding->symbol == NULL)
                *binding = (struct binding){.object = object, .symbol = symbol};
            return false;
        }
        break;
    case STB_GLOBAL:
        break;
    case STB_GNU_UNIQUE:
        bind_unique(search, object, symbol, binding);
        return true;
    default:
        return false;
    }
    *binding = (struct binding){.object = object, .symbol = symbol};
    return true;
}

static inline __attribute__((always_inline)) bool search_scope(struct search *search,
                                                               const struct scope *scope,
                                                               size_t start,
                                                               struct binding *binding) {
    const struct object *skip = search->reference->skip;
    if (scope->index != NULL && start == 0)
        start = scope_index_start(scope->index, search->gnu_hash);
    /* The count first (scope_append). */
    size_t count = __atomic_load_n(&scope->count, __ATOMIC_ACQUIRE);
    struct object *const *objects = __atomic_load_n(&scope->objects, __ATOMIC_ACQUIRE);
    for (size_t i = start; i < count; ++i) {
        struct object *object = objects[i];
        if (object == skip || object->removed ||
            ((search->class & REFERENCE_COPY) != 0 && object->kind == OBJECT_PROGRAM))
            continue;
        if (debug_wants(DEBUG_SYMBOLS) && (search->reference->flags & LOOKUP_UNREPORTED) == 0)
            debug_print("symbol=%s;  lookup in file=%s [%ld]\n", search->reference->name.text,
                        debug_name(object), object->ns->id);
        const elf_sym *found = search_object(search, object);
        if (found != NULL && accept(search, object, found, binding))
            return true;
    }
    return false;
}

static inline __attribute__((always_inline)) void
search_scopes(struct search *search, struct scope *const *scopes, struct binding *binding) {
    size_t start = 0;
    while (search->reference->skip != NULL && start < (*scopes)->count &&
           (*scopes)->objects[start] != search->reference->skip)
        ++start;
    for (; *scopes != NULL; ++scopes, start = 0)
        if (search_scope(search, *scopes, start, binding))
            return;
}

/* The same for a call. */
static __attribute__((noinline)) void
search_called(const struct search *search, struct scope *const *scopes, struct binding *binding) {
    struct search again = *search;
    again.class = REFERENCE_PLT;
    *binding = (struct binding){0};
    search_scopes(&again, scopes, binding);
}

/* A reference to the object's own protected symbol: whatever came first in the scopes, it is bound
 * to itself; a data reference only if a call would not find it first either. */
static void bind_protected(const struct search *search, struct scope *const *scopes,
                           struct binding *binding) {
    const struct reference *reference = search->reference;
    struct binding called = *binding;
    if (search->class != REFERENCE_PLT)
        search_called(search, scopes, &called);
    if (called.symbol != NULL && called.object != reference->from)
        *binding = (struct binding){.object = reference->from, .symbol = reference->symbol};
}

static bool undefined(const struct reference *reference, struct error *error) {
    const char *from = reference->from != NULL ? debug_name(reference->from) : "";
    const struct wanted_version *version = reference->version;
    const char *const parts[] = {"undefined symbol: ", reference->name.text,
                                 version != NULL ? ", version " : NULL,
                                 version != NULL ? version->name : NULL, NULL};
    return error_join(error, 0, from, parts);
}

/* Not inlined: room for its many arguments is for those who want to see it. */
static __attribute__((noinline)) void report_binding(const struct reference *reference,
                                                     const struct binding *binding) {
    bool own = binding->object == reference->from;
    debug_print("binding file %s [%ld] to %s [%ld]: %s symbol `%s'%s%s%s\n",
                debug_name(reference->from), reference->from->ns->id, debug_name(binding->object),
                binding->object->ns->id,
                own && reference->symbol == binding->symbol &&
                        elf_st_visibility(binding->symbol->st_other) == STV_PROTECTED
                    ? "protected"
                    : "normal",
                reference->name.text, reference->version != NULL ? " [" : "",
                reference->version != NULL ? reference->version->name : "",
                reference->version != NULL ? "]" : "");
}

/* Sees to it that the definer stays as long as the referring object. False: it is gone. */
static bool keep_definer(const struct reference *reference, const struct binding *binding) {
    return binding->object->kind != OBJECT_LOADED ||
           (reference->flags & LOOKUP_ADD_DEPENDENCY) == 0 ||
           bound_add(reference->from, binding->object,
                     (reference->flags & LOOKUP_GSCOPE_LOCK) != 0);
}

struct lookup_counts lookup_counts;

bool lookup(const struct reference *reference, struct scope *const *scopes, struct binding *binding,
            struct error *error) {
    struct search search = {
        .reference = reference,
        .class = reference->class,
        .gnu_hash = reference->name.gnu_hash,
    };
    lookup_counts.asked += (reference->flags & LOOKUP_UNREPORTED) == 0;
    for (;;) {
        *binding = (struct binding){0};
        search_scopes(&search, scopes, binding);
        if (binding->symbol == NULL) {
            bool weak =
                reference->symbol != NULL && elf_st_bind(reference->symbol->st_info) == STB_WEAK;
            return weak || debug_wants(DEBUG_UNUSED) || undefined(reference, error);
        }
        if (reference->symbol != NULL &&
            elf_st_visibility(reference->symbol->st_other) == STV_PROTECTED)
            bind_protected(&search, scopes, binding);
        if (keep_definer(reference, binding))
            break;
        /* Whoever closed the definer may have replaced and freed the list that we were given. */
        scopes = __atomic_load_n(&reference->from->scopes.scopes, __ATOMIC_ACQUIRE);
    }
    binding->gnu_hash = reference->name.gnu_hash;
    binding->object->used = true;
    if (debug_wants(DEBUG_BINDINGS) && reference->from != NULL &&
        (reference->flags & LOOKUP_UNREPORTED) == 0)
        report_binding(reference, binding);
    return true;
}

const elf_sym *lookup_in_object(const struct object *object, const char *name,
                                const struct wanted_version *version) {
    const struct reference reference = {.name = symbol_name_of(name), .version = version};
    struct search search = {
        .reference = &reference, .class = REFERENCE_PLT, .gnu_hash = reference.name.gnu_hash};
    return search_object(&search, object);
}

elf_addr binding_address(const struct binding *binding) {
    if (binding->symbol == NULL)
        return 0;
    bool absolute = binding->symbol->st_shndx == SHN_ABS;
    return (absolute ? 0 : binding->object->base) + binding->symbol->st_value;
}

elf_addr lookup_address_in(struct object *object, const char *name) {
    const struct binding binding = {.object = object,
                                    .symbol = lookup_in_object(object, name, NULL)};
    return binding_address(&binding);
}

elf_addr lookup_called(struct object *from, const char *name, enum lookup_flags flags) {
    const struct reference reference = {
        .name = symbol_name_of(name), .class = REFERENCE_PLT, .flags = flags, .from = from};
    struct binding binding;
    struct error error = {0};
    if (lookup(&reference, from->scopes.scopes, &binding, &error))
        return binding_address(&binding);
    error_clear(&error);
    return 0;
}
