/* Whether a tunable was set: asked by libc of glibc 2.41 and later. */
#include "arch.h"
#include "glibc/tunables.h"

EXPORT bool __tunable_is_initialized(unsigned id);

bool __tunable_is_initialized(unsigned id) {
    return tunable_is_set(id);
}
