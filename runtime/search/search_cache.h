/* What ld.so.cache says. */
#ifndef WINE_LD_SEARCH_CACHE_H
#define WINE_LD_SEARCH_CACHE_H

/* The cache's path for the library `name` as a heap copy (the cache may be unmapped before it is
 * used); NULL: none. Maps the cache when it is not mapped. */
char *search_cache_find(const char *name);

#endif
