/* The start-up protocol with libc.so.6, as steps that start.c calls by name. What the fields are
 * and where is generated/glibc_layout.h; what they must hold is docs/glibc-contract.md. */
#ifndef WINE_LD_GLIBC_H
#define WINE_LD_GLIBC_H

#include <stdbool.h>
#include <stddef.h>

#include "process/error.h"
#include "object/namespace.h"
#include "object/object.h"

struct binding;

struct auditor;

/* _rtld_global_ro and _rtld_global: everything known before any object is loaded (auxv values,
 * function pointers, locks, stack lists). */
void glibc_fill_globals(void);
/* vdso function pointers. */
void glibc_fill_vdso(struct object *vdso);
/* After the initial objects are loaded: searchlists, dl_init_all_dirs, counts. */
void glibc_publish_loaded(void);
/* After relocation, before constructors: binds malloc-independent hooks, mutexes, exceptions to
 * libc's (lookups in `libc`), _dl_find_object data. */
void glibc_bind_libc(struct object *libc);
/* A further libc.so.6 was loaded, in a namespace of its own: each one's callers get its errno. */
void glibc_bind_further_libc(void);
/* Calls __libc_early_init(true) where libc has it. */
void glibc_early_init(struct object *libc, bool initial);

/* glibc's view of an object: struct link_map, kept as glibc's own ld.so keeps it, because libc, gdb
 * and programs read it. It mirrors struct object and is never the source of a decision. */

/* Makes the link_map of a new object (object->handle) and fills what is known after decoding,
 * l_info included: relocates the d_ptr entries in place as glibc does, unless readonly_dynamic.
 * False: no memory. */
bool link_map_create(struct object *object);
void link_map_destroy(struct object *object);

/* Copies the changeable state (list links, flags, scopes, TLS module and offset, counts) of one
 * object, or of all objects of a namespace and the namespace's record in _rtld_global, to glibc's
 * structs. */
void link_map_update(struct object *object);
void link_map_update_namespace(struct namespace *space);
/* How many namespaces libc has to look at, after a change. */
void link_map_count_namespaces(void);

/* Auditors' state of an object lies behind its link_map. How many auditors there may be, for the
 * objects made from now on; before, room is for all that are possible. */
void link_map_expect_auditors(size_t count);
/* Shows libc an auditor, the last one of `index` + 1. */
void link_map_add_auditor(size_t index, const struct auditor *auditor);
/* An auditor's word for an object, and its answer to la_objopen. */
uintptr_t *link_map_cookie(const struct object *object, size_t auditor);
unsigned link_map_bind_flags(const struct object *object, size_t auditor);
void link_map_set_bind_flags(struct object *object, size_t auditor, unsigned flags);
/* What an auditor reads of an object that libc does not see yet: name and list links. */
void link_map_introduce(struct object *object);

/* The object whose handle (GOT[1], dlopen's result) this is. */
struct object *object_of_handle(const void *handle);

/* Tunables: reads GLIBC_TUNABLES and aliases into the table. Value access for the linker's own
 * ones. */
void tunables_init(char **envp, bool secure);
void tunables_print(void);
/* Numeric value of the tunable with this full name, `fallback` when this glibc has none such. */
unsigned long long tunable_number(const char *name, unsigned long long fallback);

/* cpu_features and cache sizes in _rtld_global_ro. After tunables_init. */
void cpu_features_init(void);
/* The best x86-64 level: 1..4 (glibc-hwcaps subdirectories); 0 when the architecture or
 * this glibc has none. */
unsigned cpu_features_level(void);

/* The main thread: static TLS block, TCB (struct pthread), guards, thread pointer, robust list,
 * rseq. In two steps: memory and thread pointer, then (after relocation) TLS images. */
bool thread_create_initial(struct error *error);
void thread_init_initial_tls(void);
/* In a process with auditors the thread is made before the initial objects are loaded: the objects
 * that came since get modules, and (after relocation) their TLS images. */
bool thread_admit_initial(struct error *error);
void thread_complete_initial_tls(void);
/* Copies an object's TLS image into the static block of every existing thread (dlopen of IE TLS):
 * at the object's offset, or at one it does not have yet. */
void thread_init_static_tls(struct object *object);
void thread_fill_static_tls(struct object *object, size_t offset);

/* Copies the state of tls.h (slots, generation, static layout) to _rtld_global and _rtld_global_ro,
 * where libc and debuggers read it. */
void glibc_publish_tls(void);

/* How many destructors of thread variables (C++ thread_local) lie in the object and are still to
 * run. */
size_t glibc_thread_destructors(const struct object *object);

/* Load lock: GL(dl_load_lock), a recursive pthread mutex that libc takes too. No-ops before libc is
 * bound. */
void load_lock(void);
void load_unlock(void);
/* Around the table of STB_GNU_UNIQUE symbols; glibc's, too. */
void unique_lock(void);
void unique_unlock(void);
void load_write_lock(void); /* GL(dl_load_write_lock): held while the object lists change */
void load_write_unlock(void);

/* Wakes nobody up before every thread that libc marks as inside a symbol lookup has left it. */
void glibc_wait_lookups(void);

/* _dl_find_object's tables: after load, after an object is gone. */
bool find_object_add(struct object *const *objects, size_t count);
void find_object_remove(struct object *object);

/* The build-id of a mapped libc in hexadecimal; false: it has none. */
enum { GLIBC_BUILD_ID_LIMIT = 20 };
bool glibc_build_id_text(const struct object *libc, char *text, size_t size);

/* Whether `libc`, mapped and not yet relocated, is one of the builds this linker was made for and
 * verified with; the sentence to print when not. */
bool glibc_fits(struct object *libc, struct error *error);

/* The real path of a directly started program, where this glibc takes that for $ORIGIN; NULL: it
 * does not. False: not to be had. */
__attribute__((weak, visibility("hidden"))) bool glibc_canonical_path(const char *path, char *text,
                                                                      size_t size);

/* Puts the object whose closing is the reason (may be NULL) to the front of what is to be sorted
 * for destruction, where this glibc does; NULL: it does not. Whether it has to stay in front. */
__attribute__((weak, visibility("hidden"))) bool
glibc_place_closed(struct object **objects, size_t count, struct object *closed);

/* What this glibc alone has against a PT_LOAD header, NULL: nothing. NULL itself: no rule of its
 * own. */
__attribute__((weak, visibility("hidden"))) const char *glibc_segment_fault(const elf_phdr *header);

/* Whether libraries with DT_RELR must need the version GLIBC_ABI_DT_RELR. NULL: no rule. */
__attribute__((weak, visibility("hidden"))) bool glibc_wants_relr_marker(void);

/* Warns when the program's reference `name` bypasses a protected definition. NULL: this glibc does
 * not. */
__attribute__((weak, visibility("hidden"))) void
glibc_warn_protected(const struct object *object, const char *name, unsigned class,
                     const elf_sym *reference, const struct binding *binding);

/* Executable stacks: PT_GNU_STACK of `object` asks for PF_X. */
bool stack_make_executable(const struct object *object, struct error *error);

#endif
