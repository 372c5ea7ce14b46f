/* Which functions stand in for libc's, and under which names. Knows those that only watch a call;
 * what the others do is in calls*.c. */
#include "space/hooks.h"

#include "space/break.h"
#include "space/filter.h"
#include "space/space.h"
#include "syscall_numbers.h"
#include "text.h"

static int (*library_prctl)(int option, unsigned long a, unsigned long b, unsigned long c,
                            unsigned long d);

void hooks_find_library(uintptr_t (*find)(void *library, const char *symbol), void *library) {
    if (library_prctl == NULL)
        library_prctl = (int (*)(int, unsigned long, unsigned long, unsigned long,
                                 unsigned long))find(library, "prctl");
}

int hook_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    filter_watch(SYS_prctl, option, (long)b);
    __attribute__((musttail)) return library_prctl(option, a, b, c, d);
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
    {"syscall", (uintptr_t)hook_syscall, false},
};

/* Which of so many classes a name is in, by its first three letters. */
enum { CLASSES = 256, CLASS_BITS = 32 };
static unsigned class_of(const char *name) {
    const unsigned char *letter = (const unsigned char *)name;
    unsigned rest = letter[0] != 0 && letter[1] != 0 ? letter[1] * 8U + letter[2] : 0U;
    return (letter[0] * 64U + rest) % CLASSES;
}

/* Bits for the classes that a name of ours is in: most other names are ruled out by them. Computed
 * by whoever comes first, or by several at once. */
static bool may_be_hook(const char *name) {
    static uint32_t bits[CLASSES / CLASS_BITS];
    static bool known;
    unsigned class = class_of(name);
    if (!__atomic_load_n(&known, __ATOMIC_ACQUIRE)) {
        for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; ++i) {
            unsigned own = class_of(hooks[i].name);
            __atomic_fetch_or(&bits[own / CLASS_BITS], 1U << own % CLASS_BITS, __ATOMIC_RELAXED);
        }
        __atomic_store_n(&known, true, __ATOMIC_RELEASE);
    }
    return (__atomic_load_n(&bits[class / CLASS_BITS], __ATOMIC_RELAXED) >> class % CLASS_BITS &
            1) != 0;
}

/* Whether libc serves it itself. */
static bool is_left_to_library(uintptr_t function, bool moves_break) {
    return (moves_break && !break_is_served()) ||
           (function == (uintptr_t)hook_prctl && library_prctl == NULL);
}

uintptr_t space_hook(const char *name) {
    if (!may_be_hook(name))
        return 0;
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; ++i)
        if (hooks[i].name[0] == name[0] && hooks[i].name[1] == name[1] &&
            text_equal(hooks[i].name, name))
            return is_left_to_library(hooks[i].function, hooks[i].moves_break) ? 0
                                                                               : hooks[i].function;
    return 0;
}
