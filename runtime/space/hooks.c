/* Which functions stand in for libc's, and under which names. Knows those that only watch a call;
 * what the others do is in calls*.c. */
#include "space/hooks.h"

#include "space/break.h"
#include "space/filter.h"
#include "space/guest.h"
#include "space/libc_of.h"
#include "space/listed.h"
#include "space/preloader.h"
#include "space/space.h"
#include "syscall_numbers.h"
#include "base/symbol_name.h"
#include "base/text.h"

typedef int prctl_function(int option, unsigned long a, unsigned long b, unsigned long c,
                           unsigned long d);
static prctl_function *library_prctl;

typedef char *getenv_function(const char *name);
static getenv_function *library_getenv;

void hooks_find_library(uintptr_t (*find)(void *library, const char *symbol), void *library) {
    if (library_getenv == NULL)
        library_getenv = (getenv_function *)find(library, "getenv");
    if (library_prctl == NULL)
        library_prctl = (prctl_function *)find(library, "prctl");
}

int hook_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    prctl_function *own = (prctl_function *)libc_symbol(caller, "prctl");
    prctl_function *call = own != NULL ? own : library_prctl;
    filter_watch(SYS_prctl, option, (long)b);
    __attribute__((musttail)) return call(option, a, b, c, d);
}

char *hook_getenv(const char *name) {
    uintptr_t caller = (uintptr_t)__builtin_return_address(0);
    const char *answer = guest_calls(caller) ? preloader_answer(name) : NULL;
    if (answer != NULL)
        return (char *)answer;
    getenv_function *own = (getenv_function *)libc_symbol(caller, "getenv");
    getenv_function *call = own != NULL ? own : library_getenv;
    __attribute__((musttail)) return call(name);
}

static const struct {
    const char *name;
    uintptr_t function;
    bool moves_break;
} hooks[] = {
    {"mmap", (uintptr_t)hook_mmap, false},
    {"__mmap", (uintptr_t)hook_mmap, false},
    {"mmap64", (uintptr_t)hook_mmap64, false},
    {"munmap", (uintptr_t)hook_munmap, false},
    {"__munmap", (uintptr_t)hook_munmap, false},
    {"mremap", (uintptr_t)hook_mremap, false},
    {"mprotect", (uintptr_t)hook_mprotect, false},
    {"__mprotect", (uintptr_t)hook_mprotect, false},
    {"pkey_mprotect", (uintptr_t)hook_pkey_mprotect, false},
    {"brk", (uintptr_t)hook_brk, true},
    {"sbrk", (uintptr_t)hook_sbrk, true},
    {"__sbrk", (uintptr_t)hook_sbrk, true},
    {"shmat", (uintptr_t)hook_shmat, false},
    {"shmdt", (uintptr_t)hook_shmdt, false},
    {"remap_file_pages", (uintptr_t)hook_remap_file_pages, false},
    {"mseal", (uintptr_t)hook_mseal, false},
    {"map_shadow_stack", (uintptr_t)hook_map_shadow_stack, false},
    {"madvise", (uintptr_t)hook_madvise, false},
    {"__madvise", (uintptr_t)hook_madvise, false},
    {"prctl", (uintptr_t)hook_prctl, false},
    {"getenv", (uintptr_t)hook_getenv, false},
    {"syscall", (uintptr_t)hook_syscall, false},
};

uint32_t hook_names[HOOK_WORDS];

void hooks_init(void) {
    for (size_t i = 0, size; i < sizeof hooks / sizeof hooks[0]; ++i) {
        uint32_t hash = gnu_hash_of(hooks[i].name, &size);
        hook_names[hash / 32 % HOOK_WORDS] |= 1u << hash % 32;
    }
}

/* Whether libc serves it itself. */
static bool is_left_to_library(uintptr_t function, bool moves_break) {
    return (moves_break && !break_is_served()) ||
           (function == (uintptr_t)hook_prctl && library_prctl == NULL) ||
           (function == (uintptr_t)hook_getenv && (library_getenv == NULL || !listed_is_used()));
}

uintptr_t space_hook(const char *name) {
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; ++i)
        if (text_equal(hooks[i].name, name))
            return is_left_to_library(hooks[i].function, hooks[i].moves_break) ? 0
                                                                               : hooks[i].function;
    return 0;
}
