/* Loading what a process starts with. Knows the two ways of starting; relocates nothing. */
#include "start/initial.h"

#include "audit/audit.h"
#include "base/auxv.h"
#include "base/bootstrap.h"
#include "process/debug.h"
#include "base/format.h"
#include "glibc/mirror/globals.h"
#include "glibc/mirror/link_map.h"
#include "process/heap.h"
#include "object/image.h"
#include "link/load.h"
#include "object/lookup.h"
#include "object/map.h"
#include "process/options.h"
#include "link/preload.h"
#include "search/search.h"
#include "space/space.h"
#include "start/static_program.h"
#include "base/text.h"

static void *or_die(void *made, struct error *error) {
    if (made == NULL) {
        if (error->message == NULL)
            error_set(error, E_NOMEM, "", "cannot create shared object descriptor");
        error_fatal(error);
    }
    return made;
}

static void require(bool good, struct error *error) {
    or_die(good ? error : NULL, error);
}

enum { LONGEST_INTERPRETER = 4096 };

static bool is_text(const struct object *program, elf_addr address) {
    elf_addr room = image_room(program, address, PF_R, LONGEST_INTERPRETER), length = 0;
    while (length < room && ((const char *)address)[length] != '\0')
        ++length;
    return length < room;
}

/* A text in memory, whatever p_memsz says. NULL: there is none that ends. */
static const char *interpreter_of(const struct object *program) {
    const char *found = NULL;
    for (size_t i = 0; i < program->phdr_count; ++i) {
        const elf_phdr *header = &program->phdr[i];
        elf_addr name = program->base + header->p_vaddr;
        if (header->p_type == PT_INTERP && is_text(program, name))
            found = (const char *)name;
    }
    return found;
}

/* Decodes an object that somebody else mapped. */
static void adopt(struct object *object, struct error *error) {
    require(object_decode(object, error) && object_decode_versions(object, error) &&
                object_set_scopes(object) && link_map_create(object),
            error);
}

static void make_linker(struct namespace *ns, struct error *error) {
    elf_addr base = (elf_addr)&bootstrap_header;
    const elf_phdr *phdr = (const elf_phdr *)(base + bootstrap_header.e_phoff);
    linker_object = or_die(object_create(ns, "", OBJECT_LINKER), error);
    map_adopt(linker_object, phdr, bootstrap_header.e_phnum, base);
    linker_object->name = process.argv[0];
    linker_object->relocated = linker_object->global = true;
    adopt(linker_object, error);
}

/* Our name is the one by which the program knows us; in a direct start the path that was run, with
 * the program's own idea, if it has one, as another name. */
static void name_linker(const struct object *program) {
    const char *interpreter = interpreter_of(program);
    const char *soname = linker_object->dynamic.soname;
    const char *path = options.direct ? linker_object->name : soname;
    const char *known = interpreter != NULL ? interpreter : path;
    linker_object->name = options.direct ? path : known;
    object_add_name(linker_object, known);
    if (!text_equal(known, soname))
        object_add_name(linker_object, soname);
}

/* NULL: the kernel gave none. */
static struct object *make_vdso(struct namespace *ns, struct error *error) {
    const elf_ehdr *header = (const elf_ehdr *)process.vdso;
    if (header == NULL)
        return NULL;
    const elf_phdr *phdr = (const elf_phdr *)(process.vdso + header->e_phoff);
    struct object *vdso = or_die(object_create(ns, "", OBJECT_VDSO), error);
    for (size_t i = 0; i < header->e_phnum && vdso->map_end == 0; ++i)
        if (phdr[i].p_type == PT_LOAD)
            map_adopt(vdso, phdr, header->e_phnum, process.vdso - phdr[i].p_vaddr);
    vdso->readonly_dynamic = vdso->relocated = vdso->used = vdso->versions_checked = true;
    adopt(vdso, error);
    vdso->name = vdso->dynamic.soname != NULL ? vdso->dynamic.soname : "";
    object_add_name(vdso, vdso->name);
    vdso->search.objects = or_die(heap_copy(&vdso, sizeof vdso), error);
    vdso->search.count = 1;
    vdso->needed = or_die(heap_allocate(sizeof vdso), error);
    namespace_add(ns, vdso);
    glibc_fill_vdso(vdso);
    return vdso;
}

/* The program that the kernel mapped. */
static struct object *adopt_program(struct namespace *ns, struct error *error) {
    struct object *program = or_die(object_create(ns, "", OBJECT_PROGRAM), error);
    elf_addr base = 0;
    if (process.phdr == NULL) /* in no segment */
        error_set(error, 0, "", "malformed ELF file: no program headers");
    require(process.phdr != NULL, error);
    for (size_t i = 0; i < process.phdr_count; ++i)
        if (process.phdr[i].p_type == PT_PHDR)
            base = (elf_addr)process.phdr - process.phdr[i].p_vaddr;
    ns->main_scope = &program->search;
    map_adopt(program, process.phdr, process.phdr_count, base);
    if (process.execfn != NULL)
        space_name(program->map_start, program->map_end, process.execfn);
    program->entry = process.entry;
    adopt(program, error);
    object_add_name(program, "");
    namespace_add(ns, program);
    return program;
}

/* The program named on our command line. */
static struct object *load_program(struct namespace *ns, struct error *error) {
    struct object *program = load_object(ns, options.program, NULL, OBJECT_PROGRAM, 0, error);
    if (program == NULL && options.mode == RUN_VERIFY)
        system_exit(1);
    or_die(program, error);
    static_program_run(program);
    ns->main_scope = &program->search;
    program->origin = search_origin_of_program(program->name);
    if (options.mode == RUN_PROGRAM || options.mode == RUN_LIST) {
        heap_free((void *)(uintptr_t)program->name);
        program->name = "";
    }
    process_enter_program(options.skipped_arguments, options.argv0, program->phdr,
                          program->phdr_count, program->entry);
    return program;
}

static void report_version(const struct error *error) {
    print(2, "%s: %s: %s\n", process.argv[0], error->object, error->message);
}

static void find_libc(struct namespace *ns) {
    for (struct object *object = ns->first; object != NULL; object = object->next) {
        if (object->dynamic.soname != NULL && text_equal(object->dynamic.soname, "libc.so.6"))
            ns->libc = object;
        object->global = object->kind != OBJECT_VDSO;
    }
}

/* Where a program names us first of all, glibc's lists, and only they, have us before the vDSO. */
static void put_linker_first(const struct object *program, struct object *vdso) {
    if (options.mode != RUN_PROGRAM && vdso != NULL && program->search.count > 1 &&
        program->search.objects[1] == linker_object)
        namespace_move_before(linker_object, vdso);
}

struct object *initial_load(struct namespace *ns, struct error *error) {
    struct scope preloads = {0};
    make_linker(ns, error);
    struct object *program = options.direct ? load_program(ns, error) : adopt_program(ns, error);
    program->open_count = 1;
    name_linker(program);
    debug_publish(program);
    struct object *vdso = make_vdso(ns, error);
    if (options.mode != RUN_VERIFY)
        require(audit_load(program, error), error);
    debug_state(ns, DEBUG_ADDING);
    if (options.mode != RUN_VERIFY) {
        require(preload_all(ns, &preloads, error), error);
        if (audit_wanted() && vdso != NULL && audit_rules.opens_vdso)
            audit_open(vdso);
        require(load_dependencies(program, preloads.objects, preloads.count, OBJECT_LIBRARY, error),
                error);
        find_libc(ns);
        put_linker_first(program, vdso);
    }
    search_forget_cache();
    return program;
}

void initial_check_versions(struct object *program, struct error *error) {
    if (!load_check_versions(program->search.objects, program->search.count, report_version,
                             error) &&
        options.mode != RUN_LIST)
        system_exit(1);
}

uintptr_t initial_symbol(void *library, const char *symbol) {
    const struct object *object = library;
    const elf_sym *found = lookup_in_object(object, symbol, NULL);
    return found != NULL ? object->base + found->st_value : 0;
}

const char *initial_occasion(const struct error *error) {
    return text_starts(error->message, "undefined symbol: ")
               ? "symbol lookup error"
               : "error while loading shared libraries";
}
