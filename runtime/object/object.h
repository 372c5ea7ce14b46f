/* One ELF image in memory, passive: decoded headers, dynamic table, hash tables, versions.
 *
 * Knows what the file says and where it lies; does not know how it was found (search), how it got
 * into memory (map) or what glibc calls it (glibc/mirror/link_map). An object is created and
 * destroyed in load.c alone. */
#ifndef WINE_LD_OBJECT_H
#define WINE_LD_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "base/elf.h"
#include "process/error.h"
#include "object/scope.h"

struct bound_call;
struct namespace;
struct folder_list;

enum object_kind {
    OBJECT_PROGRAM, /* the main program */
    OBJECT_LINKER,  /* ourselves */
    OBJECT_VDSO,
    OBJECT_LIBRARY, /* loaded at start: a dependency or a preload */
    OBJECT_LOADED,  /* came with dlopen, may be unloaded */
};

/* Pages next to each other that all allow what was asked for (image.h); empty at first. Whoever
 * asks many times for the same use keeps one, since the next answer mostly lies in it. */
struct image_run {
    elf_addr start, end;
};

/* The dynamic table, decoded: addresses are run-time addresses, sizes are bytes. Absent entries are
 * NULL or 0. Everything here was checked to lie inside the object's own segments. */
struct dynamic {
    const elf_dyn *table;
    size_t count; /* entries before DT_NULL */
    const char *strtab;
    size_t strsz; /* so many bytes of it end in NUL; longer offsets are looked at one by one */
    const elf_sym *symtab;
    size_t symbol_limit; /* no valid symbol index is at or above this */
    const uint16_t *versym;
    const elf_verdef *verdef;
    const elf_verneed *verneed;
    const elf_reloc *relocs; /* DT_RELA or DT_REL, whichever the architecture uses */
    size_t reloc_count;
    size_t relative_count;       /* DT_RELACOUNT/DT_RELCOUNT: leading RELATIVE entries */
    const elf_reloc *plt_relocs; /* DT_JMPREL */
    size_t plt_reloc_count;
    const elf_addr *relr; /* DT_RELR */
    size_t relr_count;
    bool has_relr;       /* DT_RELR is there, of whatever size */
    elf_addr *pltgot;    /* unchecked: used only for lazy binding */
    elf_addr init, fini; /* run-time addresses, 0 when absent */
    const elf_addr *preinit_array, *init_array, *fini_array;
    size_t preinit_count, init_count, fini_count;
    const char *soname, *rpath, *runpath;
    uint32_t flags, flags_1; /* DT_FLAGS with DT_SYMBOLIC, DT_TEXTREL, DT_BIND_NOW folded in */
};

/* GNU hash table, or the SysV one when buckets and nothing else of it is set. */
struct gnu_hash {
    const elf_addr *bloom;
    uint32_t bloom_mask; /* words - 1 */
    uint32_t bloom_shift;
    uint32_t bucket_count; /* 0: no such table */
    const uint32_t *buckets;
    const uint32_t *chain;     /* indexed by symbol - symbol_base */
    const uint32_t *chain_end; /* chain must not be read at or beyond this */
    uint32_t symbol_base;
};
struct sysv_hash {
    uint32_t bucket_count; /* 0: no such table */
    uint32_t
        chain_count; /* entries that can be read: as in glibc, the table's own count is no limit */
    const uint32_t *buckets, *chain;
};

/* A version this object defines or needs, by the index that its versym table uses. */
struct version {
    const char *name; /* NULL: index not in use */
    const char *file; /* of a needed version: the library that must define it */
    uint32_t hash;    /* SysV hash of the name */
    bool hidden;      /* the index carries VERSYM_HIDDEN */
    bool weak;        /* of a needed version: VER_FLG_WEAK */
};

/* Thread-local storage of one object (PT_TLS) and where it was put (tls.h). Bytes. */
struct object_tls {
    const void *image;
    size_t image_size, block_size, align, first_byte_offset;
    size_t module;      /* module id, 0: object has no TLS */
    ptrdiff_t offset;   /* distance below the thread pointer; TLS_OFFSET_NONE, TLS_OFFSET_DYNAMIC */
    bool image_pending; /* static, but no thread's block was filled yet (tls.c) */
    bool unfit;         /* no block can be made: too large, or its image is not in memory */
    void *descriptors;  /* arguments of TLS descriptors that refer here (tlsdesc.c) */
};

/* Another name by which the object was asked for (l_libname). */
struct object_name {
    const char *name;
    struct object_name *next;
};

struct object {
    struct object *next, *previous; /* in the namespace, load order */
    struct namespace *ns;           /* the namespace it lives in */
    void *handle;                   /* what dlopen returns; owned by glibc/mirror/link_map */

    const char *name;          /* the path as opened; "" for the program */
    struct object_name *names; /* SONAME and requested names that led here */
    const char *origin;        /* $ORIGIN: directory, no trailing slash; NULL: not yet known */
    enum object_kind kind;
    const struct object
        *shared;           /* whose image and tables this is (ld.so in dlmopen's namespaces) */
    struct object *loader; /* whose DT_NEEDED or dlopen brought it in first */
    struct folder_list *rpath_folders, *runpath_folders; /* search's; NULL: not decoded yet */
    uint64_t device, inode;
    unsigned long long
        serial; /* distinguishes objects that had the same address, one after the other */

    elf_addr base;               /* load bias: run-time address = base + p_vaddr */
    elf_addr map_start, map_end; /* page range that holds all segments */
    elf_addr sure_size;          /* so many bytes from map_start on are the object's without a look
                                    at its segments; once it is in a namespace */
    elf_addr entry;              /* run-time address of e_entry */
    const elf_phdr *phdr;
    uint16_t phdr_count;
    bool phdr_copied;     /* phdr is heap memory: the file's table is in no segment */
    uint32_t stack_flags; /* PT_GNU_STACK p_flags, or the architecture's default */
    elf_addr relro_start, relro_size;
    uint64_t file_size;        /* where the file ended when it was mapped; 0: not known */
    struct image_run readable; /* where most tables lie; empty until the object is decoded */

    struct dynamic dynamic;
    struct gnu_hash gnu_hash;
    struct sysv_hash sysv_hash;
    struct version *versions; /* by version index; version_count entries */
    size_t version_count;
    const char *fault; /* of what only binding needs, NULL: none. With one it can be listed */
    struct object_tls tls;

    struct object **needed; /* direct dependencies, in the dynamic table's order; NULL: not loaded
                               yet */
    size_t needed_count;
    struct object **filtees; /* those of them that DT_FILTER and DT_AUXILIARY name */
    size_t filtee_count;
    struct scope search;        /* itself and its dependencies, breadth-first (l_searchlist) */
    struct scope symbolic;      /* DT_SYMBOLIC: itself alone */
    struct scope_list scopes;   /* where its own references are looked up (l_scope) */
    struct object **init_order; /* dependencies first; init_order_count entries, itself last */
    size_t init_order_count;
    struct object **bound; /* objects its relocations bound to at run time (l_reldeps) */
    size_t bound_count, bound_capacity;
    struct bound_call *calls; /* by PLT relocation, where calls are followed (link/calls.h); NULL:
                                 they are not */

    unsigned open_count; /* dlopen handles outstanding (l_direct_opencount) */
    bool relocated, init_called, global, visited, expanded, removed, nodelete, versions_checked,
        used;
    bool
        at_fixed_address; /* an executable that ld.so was asked to run: may have no dynamic table */
    bool readonly_dynamic; /* the dynamic table must not be written (vdso) */
    bool auditing;         /* an auditor: nobody is told about its namespace */
    bool audited;          /* an auditor wants to hear of bindings from or to it */
    bool missing;          /* --list: stands for a library that was not found */

    bool kept;                /* scratch of dl_close.c: something still needs it */
    bool going;               /* its destructors are next */
    bool forgotten;           /* they have run, but it was opened meanwhile: no dlopen finds it */
    struct object *sort_next; /* scratch of order.c */
    unsigned sort_rounds;     /* scratch of order.c */
};

/* Reads `phdr`/`phdr_count` of an object whose segments are in memory at `base` and decodes the
 * dynamic table, the hash tables and PT_TLS, PT_GNU_STACK, PT_GNU_RELRO into it. Every address and
 * size is checked against the object's own segments. On malformed input fills `error` and returns
 * false; the object is then only fit for destruction. What is wrong with tables that only binding
 * looks into becomes `object->fault`. */
bool object_decode(struct object *object, struct error *error);

/* Whether the object can be bound; else fills `error` with its fault. */
bool object_is_sound(const struct object *object, struct error *error);

/* Decodes DT_VERDEF and DT_VERNEED into `object->versions` (glibc: _dl_check_map_versions' second
 * half). Malformed tables fill `error`. */
bool object_decode_versions(struct object *object, struct error *error);

enum definition { DEFINITION_FOUND, DEFINITION_MISSING, DEFINITION_UNREADABLE };

/* Looks for a version among the definitions of a decoded object, in the file's order. One of a
 * format that nobody knows ends the search; *format is that of the last one looked at. */
enum definition object_find_definition(const struct object *object, const struct version *wanted,
                                       uint16_t *format);

/* Whether a definition of a decoded object has this name, of whatever hash and format. */
bool object_defines(const struct object *object, const char *name);

/* What to do with one version of `object`; `index` is that of the versym table, without the hidden
 * bit. False ends the walk. */
typedef bool version_visitor(struct object *object, unsigned index, const struct version *version,
                             void *context);
/* Calls `visit` for every needed version, in the order of DT_VERNEED. False: malformed, or `visit`
 * said so. */
bool object_each_need(struct object *object, version_visitor *visit, void *context);

/* The string at `offset` of DT_STRTAB, or NULL when it does not end inside the image. As in glibc,
 * DT_STRSZ is no limit. */
const char *object_string(const struct object *object, elf_addr offset);

/* Whether all pages of [address, address + size) are the image's and can be used as `flags` (PF_*)
 * say. */
bool object_contains(const struct object *object, elf_addr address, elf_addr size, uint32_t flags);

/* Whether the object answers to `name`: its path, its SONAME or a name it was asked for by. */
bool object_is_named(const struct object *object, const char *name);

#endif
