/* One search under way: trying paths and lists of folders until a file opens. */
#ifndef WINE_LD_SEARCH_WALK_H
#define WINE_LD_SEARCH_WALK_H

#include "audit/audit.h"
#include "search/search.h"
#include "search/search_folders.h"

struct search {
    const char *name;
    size_t name_length;
    struct object *loader;    /* who asks; NULL: nobody that auditors know */
    enum audit_origin origin; /* of the paths that are tried; AUDIT_AS_ASKED: no news */
    bool set_user_id_only;    /* only files with the set-user-ID bit count on a list */
    bool other_class;         /* a file of the other ELF class was passed over */
    int code;                 /* errno of the last failure */
    struct found_file *file;
    struct error *error;
};

enum search_result {
    SEARCH_FOUND,   /* search->file is filled */
    SEARCH_PASSED,  /* nothing usable: look elsewhere */
    SEARCH_REFUSED, /* a file that is an error wherever it was found: search->error is filled */
};

/* Opens and judges the file at `path`. */
enum search_result search_try(struct search *search, const char *path);

/* Looks for search->name in the folders of `list` (NULL: none). */
enum search_result search_list(struct search *search, struct folder_list *list);

#endif
