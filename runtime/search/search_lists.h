/* The folder lists of the search. Each function returns NULL when there is nothing to search. */
#ifndef WINE_LD_SEARCH_LISTS_H
#define WINE_LD_SEARCH_LISTS_H

#include "search/search_folders.h"

struct object;

/* The program (first object of the base namespace); NULL: it is not loaded yet. */
struct object *search_program(void);

/* The object's DT_RPATH; none when it has a DT_RUNPATH or is named in --inhibit-rpath. */
struct folder_list *search_rpath_list(struct object *object);
/* The object's DT_RUNPATH. */
struct folder_list *search_runpath_list(struct object *object);
/* --library-path or LD_LIBRARY_PATH, with the program's $ORIGIN. Only once the program is loaded.
 */
struct folder_list *search_library_path_list(void);
/* The default folders. */
struct folder_list *search_default_list(void);

#endif
