/* Where this glibc's linker searches by itself, as its own file says. */
#ifndef WINE_LD_SEARCH_PLACES_H
#define WINE_LD_SEARCH_PLACES_H

/* What $LIB stands for. */
#define GLIBC_LIB "$lib"
/* The folders that are searched last and that secure mode trusts, with colons between them. */
#define GLIBC_SYSTEM_FOLDERS "$folders"

#endif
