/* The output of --list and --verify. Binds symbols to see whether that can be done; stores nothing.
 */
#include "start/list.h"

#include "base/auxv.h"
#include "process/debug.h"
#include "base/format.h"
#include "object/lookup.h"
#include "object/map.h"
#include "object/namespace.h"
#include "process/options.h"
#include "reloc_kinds.h"
#include "link/relocate.h"
#include "base/system.h"
#include "base/text.h"

enum { DIGITS = 2 * sizeof(elf_addr) };

static void print_object(const struct object *object) {
    const char *asked = object->names != NULL ? object->names->name : object->name;
    if (object->missing)
        print(1, "\t%s => not found\n", asked);
    else if (text_equal(asked, object->name))
        print(1, "\t%s (0x%0*lx)\n", asked, DIGITS, (unsigned long)object->map_start);
    else
        print(1, "\t%s => %s (0x%0*lx)\n", asked, object->name, DIGITS,
              (unsigned long)object->map_start);
}

/* As in glibc a reference is bound once when several relocations in a row are for it. */
static void bind_table(struct object *object, const elf_reloc *table, size_t count,
                       bool functions) {
    size_t last_symbol = 0;
    unsigned last_class = 0;
    for (size_t i = 0; i < count; ++i) {
        uint32_t type = reloc_type(&table[i]);
        struct binding binding;
        struct error error = {0};
        if (reloc_symbol(&table[i]) == 0 || type >= sizeof reloc_kinds ||
            (reloc_kinds[type] == RELOC_JUMP_SLOT && !functions))
            continue;
        unsigned class = reloc_kinds[type] == RELOC_COPY        ? REFERENCE_COPY
                         : reloc_kinds[type] == RELOC_JUMP_SLOT ? REFERENCE_PLT
                                                                : 0;
        if (reloc_symbol(&table[i]) == last_symbol && class == last_class)
            continue;
        last_symbol = reloc_symbol(&table[i]);
        last_class = class;
        if (!relocate_bind(object, reloc_symbol(&table[i]), class, 0, object->scopes.scopes,
                           &binding, &error)) {
            print(2, "%s\t(%s)\n", error.message, error.object);
            error_clear(&error);
        } else if (class == REFERENCE_COPY && binding.symbol != NULL) {
            relocate_compare_sizes(object, &object->dynamic.symtab[reloc_symbol(&table[i])],
                                   binding.symbol);
        }
    }
}

/* Binds what a relocation of the object would bind; reports what cannot be. */
static void bind_all(struct object *object) {
    const struct dynamic *dynamic = &object->dynamic;
    struct error error = {0};
    if (!object_is_sound(object, &error))
        error_fatal(&error);
    bind_table(object, dynamic->relocs, dynamic->reloc_count, options.bind_now);
    bind_table(object, dynamic->plt_relocs, dynamic->plt_reloc_count, options.bind_now);
    if (!map_protect_relro(object, &error))
        error_fatal(&error);
}

static void print_undefined(const struct object *program) {
    for (size_t i = 0; i < program->init_order_count; ++i) {
        struct object *object = program->init_order[i];
        if (object != linker_object && !object->missing)
            bind_all(object);
    }
}

static _Noreturn void print_unused(struct object *program) {
    bool any = false;
    bind_all(program);
    for (size_t i = 0; i < program->needed_count; ++i) {
        if (program->needed[i]->used)
            continue;
        print(1, "%s\t%s\n", any ? "" : "Unused direct dependencies:\n", program->needed[i]->name);
        any = true;
    }
    system_exit(any);
}

static const char *provider_of(const struct object *object, const struct version *need) {
    for (const struct object *other = object->ns->first; other != NULL; other = other->next)
        if (object_is_named(other, need->file) && object_defines(other, need->name))
            return other->name;
    return "not found";
}

static bool print_need(struct object *object, unsigned index, const struct version *need,
                       void *context) {
    (void)index;
    (void)context;
    print(1, "\t\t%s (%s) %s=> %s\n", need->file, need->name, need->weak ? "[WEAK] " : "",
          provider_of(object, need));
    return true;
}

static void print_versions(struct object *program) {
    bool first = true;
    for (struct object *object = program; object != NULL; object = object->next) {
        if (object->dynamic.verneed == NULL)
            continue;
        print(1, "%s\t%s:\n", first ? "\n\tVersion information:\n" : "", debug_name(object));
        object_each_need(object, print_need, NULL);
        first = false;
    }
}

/* ld.so prints both numbers in decimal. */
static void print_symbol(struct object *program, const char *name) {
    struct reference reference = {
        .name = symbol_name_of(name), .class = REFERENCE_PLT, .from = program};
    struct binding binding;
    struct error error = {0};
    if (!lookup(&reference, program->scopes.scopes, &binding, &error))
        error_fatal_occasion(&error, "symbol lookup error");
    print(1, "%s found at 0x%0*lu in object at 0x%0*lu\n", name, DIGITS,
          (unsigned long)binding.symbol->st_value, DIGITS, (unsigned long)binding.object->base);
}

static void print_objects(struct object *program) {
    if (program->needed_count == 0) {
        print(1, "\tstatically linked\n");
        return;
    }
    for (const struct object *object = options.list_program ? program : program->next;
         object != NULL; object = object->next)
        print_object(object);
}

static bool has_interpreter(const struct object *program) {
    for (size_t i = 0; i < program->phdr_count; ++i)
        if (program->phdr[i].p_type == PT_INTERP)
            return true;
    return false;
}

void list_print(struct object *program) {
    if (options.mode == RUN_VERIFY)
        system_exit(has_interpreter(program) ? 0 : 2);
    if (debug_wants(DEBUG_UNUSED))
        print_unused(program);
    print_objects(program);
    for (int i = 1; !options.traced && i < process.argc; ++i)
        print_symbol(program, process.argv[i]);
    if (options.traced && options.warn)
        print_undefined(program);
    if (options.traced && options.verbose)
        print_versions(program);
    system_exit(0);
}
