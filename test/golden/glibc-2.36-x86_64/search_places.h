/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* Where this glibc's linker searches by itself, as its own file says. */
#ifndef WINE_LD_SEARCH_PLACES_H
#define WINE_LD_SEARCH_PLACES_H

/* What $LIB stands for. */
#define GLIBC_LIB "lib/x86_64-linux-gnu"
/* The folders that are searched last and that secure mode trusts, with colons between them. */
#define GLIBC_SYSTEM_FOLDERS "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib"

#endif
