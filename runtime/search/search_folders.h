/* Search folders: each known once, with what was learnt about the existence of its subfolders. */
#ifndef WINE_LD_SEARCH_FOLDERS_H
#define WINE_LD_SEARCH_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "process/error.h"

struct object;

enum folder_state { FOLDER_UNKNOWN, FOLDER_EXISTS, FOLDER_MISSING };

struct folder {
    struct folder *next; /* all folders */
    const char *path;    /* with a slash at the end; "": the current folder */
    size_t length;
    const char *what;  /* where it comes from, in ld.so's words: "RPATH", "LD_LIBRARY_PATH", ... */
    const char *where; /* the file whose RPATH or RUNPATH it is, NULL: none */
    bool probed;
    unsigned char *states; /* enum folder_state, by subfolder (search_hwcaps.h) */
};

/* An ordered list of folders. */
struct folder_list {
    size_t count;
    bool droppable, dropped; /* an object's list none of whose folders exists is searched no more */
    struct folder *folders[];
};

/* The length of the longest folder's path. */
extern size_t folder_longest;

/* Makes a list of the folders that the elements of `text` name, ended by one of `separators`, in
 * the order of their first occurrence; tokens are expanded for `object` (NULL: as they are). NULL:
 * no memory. `what` and `where` must outlive the process, `where` is copied. */
struct folder_list *folder_list_create(const char *text, const char *separators, const char *what,
                                       const char *where, struct object *object);
void folder_list_destroy(struct folder_list *list);

/* Finds out in few system calls which subfolders of an absolute folder cannot exist. */
void folder_probe(struct folder *folder);

#endif
