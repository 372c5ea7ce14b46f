/* The main program of one of wine's conformance tests, built from wine's own source with its test.h. TEST is the
 * test's name. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#define STANDALONE
#include "wine/test.h"

#define JOIN(a, b) a##b
#define FUNCTION(name) JOIN(func_, name)
#define QUOTE(name) #name
#define NAME(name) QUOTE(name)

extern void FUNCTION(TEST)(void);
const struct test winetest_testlist[] = {{NAME(TEST), FUNCTION(TEST)}, {0, 0}};

/* What wine's inline functions for messages keep their texts with. */
const char *__cdecl __wine_dbg_strdup(const char *text) {
    static char texts[64][256];
    static LONG next;
    return lstrcpynA(texts[InterlockedIncrement(&next) % 64], text, sizeof texts[0]);
}
