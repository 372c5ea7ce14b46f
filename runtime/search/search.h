/* Where a library is looked for: ld.so(8), "DESCRIPTION" order: DT_RPATH of the loader chain
 * (without DT_RUNPATH), LD_LIBRARY_PATH, DT_RUNPATH, the cache, the default folders. Opens files
 * and reads their first bytes; maps nothing but the cache. The caller holds the load lock. */
#ifndef WINE_LD_SEARCH_H
#define WINE_LD_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/elf.h"
#include "process/error.h"
#include "base/search_path.h"
#include "base/system.h"

struct object;

/* An ELF header and 16 program headers: libc.so.6 has 14. */
enum { SEARCH_HEADER_SIZE = sizeof(elf_ehdr) + 16 * sizeof(elf_phdr) };

/* An opened library file. */
struct found_file {
    int fd;       /* -1: not found */
    char *path;   /* heap; the path that was opened */
    bool refused; /* one was found, and is an error wherever it lies */
    struct file_status status;
    size_t header_size; /* bytes of the file read into header */
    _Alignas(16) unsigned char header[SEARCH_HEADER_SIZE];
};

/* Prepares the search: hwcaps folders (glibc-hwcaps/x86-64-v3 ...), default folders. Once, after
 * options, tunables and cpu features are known. LD_LIBRARY_PATH is decoded with the first search on
 * behalf of an object, because it may hold the program's $ORIGIN. Without memory ends the program.
 */
void search_init(void);

/* Finds and opens the library `name` for `loader`. A name with a slash is a path (after $ORIGIN,
 * $LIB, $PLATFORM expansion). Files of another ELF class or machine found on a path are passed
 * over; when nothing else is found, another class is the error ("wrong ELF class: ELFCLASS32").
 * `loader` NULL: `name` is the program of a direct start; no folder list applies to it, as in
 * ld.so, only the cache. `secure_preload`: it is an element of LD_PRELOAD; in a secure process only
 * set-user-ID files count. On failure no file is open and error is ld.so's: usually "cannot open
 * shared object file" with the errno. */
bool search_open(const char *name, struct object *loader, bool secure_preload,
                 struct found_file *file, struct error *error);

/* Fills the error of a search that auditors do not let happen. False. */
bool search_refused(struct error *error);

/* Unmaps ld.so.cache, so that the next search sees a new one. At the end of the start and of a
 * dlopen. */
void search_forget_cache(void);

/* Frees what the search keeps for `object` (its decoded RPATH and RUNPATH). */
void search_forget_object(struct object *object);

/* Expands $ORIGIN, $LIB, $PLATFORM (with or without braces) of `text` for `object`. Returns a heap
 * string; the empty string when a token is not known or not allowed (secure process); NULL: no
 * memory. */
char *search_expand(const char *text, struct object *object);
/* The same for a part of a string; `object` NULL: a plain copy. There is room for one more
 * character. */
char *search_expand_part(struct path_part text, struct object *object);

/* The folder of a file opened as `path`, absolute, as a heap string: an object's $ORIGIN. NULL: not
 * known (no current folder, no memory). */
char *search_origin_of(const char *path);
/* The same of a program that was started directly: where glibc does so, of the file that the name
 * leads to. */
char *search_origin_of_program(const char *name);
/* object->origin; for the program of the process found out now when not yet known. NULL: unknown.
 */
const char *search_origin(struct object *object);

/* One folder of a search list, for dlinfo(RTLD_DI_SERINFO) and --help. */
struct search_folder {
    const char *path; /* without trailing slash; "." for the current folder */
    const char
        *what;      /* ld.so's name of the list: "RPATH", "LD_LIBRARY_PATH", "system search path" */
    unsigned flags; /* LA_SER_*: ld.so reports 0 */
};
/* Calls `visit` for each folder that would be searched for a library loaded by `object`, in order.
 */
void search_each_folder(struct object *object,
                        void (*visit)(const struct search_folder *folder, void *context),
                        void *context);

/* Prints the search path part of --help, for the program when it is loaded. */
void search_print(void);

#endif
