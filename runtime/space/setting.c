/* The environment variables of the address space. Knows where the environment is. */
#include "space/setting.h"

#include <stddef.h>

#include "base/auxv.h"
#include "base/text.h"

const char *setting(const char *name) {
    size_t length = strlen(name);
    for (char **entry = process.envp; entry != NULL && *entry != NULL && !process.secure; ++entry)
        if (text_starts(*entry, name) && (*entry)[length] == '=')
            return *entry + length + 1;
    return NULL;
}
