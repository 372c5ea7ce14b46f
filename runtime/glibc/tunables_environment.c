/* Reading tunables from the environment (glibc manual, "Tunables").
 *
 * GLIBC_TUNABLES is "NAME=VALUE:NAME=VALUE"; it wins over the older variables. In a secure process
 * a tunable's security says whether it holds and whether children may see it. */
#include "glibc/tunables_environment.h"

#include "process/error.h"
#include "process/heap.h"
#include "base/system.h"
#include "base/text.h"

#define VARIABLE        "GLIBC_TUNABLES"
#define SUID_DEBUG_FILE "/etc/suid-debug" /* lets a secure process use glibc.malloc.check */

struct reader {
    const struct tunable *tunables;
    unsigned count;
    bool secure, malloc_check_allowed;
    uint32_t
        initials; /* a bit for each letter, by its lowest five bits, that an alias begins with */
};

static uint32_t initial_of(const char *name) {
    return UINT32_C(1) << (*name & 31);
}

static unsigned security_of(const struct reader *reader, unsigned id) {
    bool allowed =
        reader->malloc_check_allowed && text_equal(reader->tunables[id].name, "glibc.malloc.check");
    return allowed ? TUNABLE_SXID_NONE : reader->tunables[id].security;
}

/* The value when `text` begins with "NAME=", else NULL. */
static char *value_of(char *text, const char *name) {
    while (*name != '\0' && *name == *text) {
        ++name;
        ++text;
    }
    return *name == '\0' && *text == '=' ? text + 1 : NULL;
}

static char *copy_or_die(const char *text) {
    char *copy = heap_copy_text(text);
    if (copy == NULL) {
        struct error error;
        error_set(&error, 0, "", "failed to allocate memory to process tunables");
        error_fatal(&error);
    }
    return copy;
}

/* The id of the tunable that `setting`, "NAME=VALUE", sets; count: none. *value is where VALUE
 * begins. */
static unsigned find_setting(const struct reader *reader, char *setting, char **value) {
    for (unsigned id = 0; id < reader->count; ++id) {
        *value = value_of(setting, reader->tunables[id].name);
        if (*value != NULL)
            return id;
    }
    return reader->count;
}

/* Takes the next "NAME=VALUE" off `*list` and terminates it; NULL: there is none left. */
static char *next_setting(char **list) {
    while (*list != NULL) {
        char *setting = *list;
        char *end = (char *)(uintptr_t)text_find(setting, ':');
        if (end != NULL)
            *end++ = '\0';
        *list = end;
        if (text_find(setting, '=') != NULL)
            return setting;
    }
    return NULL;
}

/* Appends a setting to the list that children will see. */
static void keep(char *variable, const char *setting) {
    size_t end = strlen(variable);
    if (variable[end - 1] != '=')
        variable[end++] = ':';
    memcpy(variable + end, setting, strlen(setting) + 1);
}

/* Reads GLIBC_TUNABLES. In a secure process `*entry` is replaced by what children may see. */
static void read_list(const struct reader *reader, char **entry, const char *value) {
    if (tunables_list_is_refused != NULL && tunables_list_is_refused(value))
        return;
    char *list = copy_or_die(value);
    char *kept = NULL;
    if (reader->secure) {
        kept = copy_or_die(*entry);
        kept[sizeof VARIABLE] = '\0'; /* after the equals sign */
    }
    for (char *setting; (setting = next_setting(&list)) != NULL;) {
        char *text;
        unsigned id = find_setting(reader, setting, &text);
        if (id == reader->count)
            continue;
        if (reader->secure && security_of(reader, id) != TUNABLE_SXID_ERASE)
            keep(kept, setting);
        if (!reader->secure || security_of(reader, id) == TUNABLE_SXID_NONE)
            tunable_set_text(id, text);
    }
    if (kept != NULL)
        *entry = kept;
}

/* Takes every variable called `name` out of `envp`. */
static void erase(char **envp, const char *name) {
    char **kept = envp;
    for (char **entry = envp; *entry != NULL; ++entry)
        if (value_of(*entry, name) == NULL)
            *kept++ = *entry;
    *kept = NULL;
}

/* Reads a variable that stands for one tunable. True: it was erased, and `*entry` is another one
 * now. */
static bool read_alias(const struct reader *reader, char **entry) {
    for (unsigned id = 0; id < reader->count; ++id) {
        const char *alias = reader->tunables[id].alias;
        char *value = *alias != '\0' ? value_of(*entry, alias) : NULL;
        if (value == NULL || tunable_is_set(id))
            continue;
        if (!reader->secure || security_of(reader, id) == TUNABLE_SXID_NONE) {
            tunable_set_text(id, value);
            return false;
        }
        if (security_of(reader, id) == TUNABLE_SXID_ERASE) {
            erase(entry, alias);
            return true;
        }
    }
    return false;
}

void tunables_environment_read(char **envp, bool secure, const struct tunable *tunables,
                               unsigned count) {
    struct reader reader = {tunables, count, secure,
                            secure && system_access(SUID_DEBUG_FILE, 0) == 0, 0};
    for (unsigned id = 0; id < count; ++id)
        reader.initials |= *tunables[id].alias != '\0' ? initial_of(tunables[id].alias) : 0;
    for (char **entry = envp; *entry != NULL;) {
        char *value = value_of(*entry, VARIABLE);
        if (value != NULL) {
            read_list(&reader, entry, value);
            ++entry;
        } else {
            bool may_be = (reader.initials & initial_of(*entry)) != 0;
            entry += !may_be || !read_alias(&reader, entry);
        }
    }
}
