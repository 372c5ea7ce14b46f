/* What is known of seccomp filters. Knows how one is installed and where the kernel says that there
 * is one; does not know what a filter forbids. */
#include "space/filter.h"

#include <stddef.h>
#include <stdint.h>

#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

enum { PR_SET_SECCOMP = 22 };
enum { SECCOMP_SET_MODE_STRICT, SECCOMP_SET_MODE_FILTER };

static enum { UNKNOWN, ABSENT, PRESENT } found; /* who has a filter keeps it */
static bool installed;

void filter_watch(long number, long a, long c) {
    bool by_prctl = number == SYS_prctl && a == PR_SET_SECCOMP;
    bool by_seccomp = number == SYS_seccomp &&
                      (a == SECCOMP_SET_MODE_STRICT || (a == SECCOMP_SET_MODE_FILTER && c != 0));
    if (by_prctl || by_seccomp)
        __atomic_store_n(&installed, true, __ATOMIC_SEQ_CST);
}

bool filter_was_installed(void) {
    return __atomic_load_n(&installed, __ATOMIC_SEQ_CST);
}

/* How far into WORD the text read so far has got; at its end what follows is the answer. */
struct scan {
    size_t matched;
    char answer; /* '\0': not yet */
};

static void scan_text(struct scan *scan, const char *text, size_t size) {
    static const char word[] = "\nSeccomp:\t";
    for (size_t i = 0; i < size && scan->answer == '\0'; ++i) {
        if (scan->matched == 0)
            i += memory_find(text + i, size - i, '\n');
        if (i == size)
            break;
        if (scan->matched == sizeof word - 1)
            scan->answer = text[i];
        else if (text[i] == word[scan->matched])
            ++scan->matched;
        else
            scan->matched = text[i] == '\n';
    }
}

/* A kernel that cannot filter has no such line. */
static bool status_says_none(const char *path) {
    char text[1024];
    struct scan scan = {0, '\0'};
    int fd = system_open(path, OPEN_READ | OPEN_CLOEXEC);
    if (fd < 0)
        return false;
    long got = 1;
    while (scan.answer == '\0' && (got = system_read(fd, text, sizeof text)) > 0)
        scan_text(&scan, text, (size_t)got);
    system_close(fd);
    return got >= 0 && (scan.answer == '0' || (got == 0 && scan.answer == '\0'));
}

bool filter_is_absent_now(void) {
    unsigned known = __atomic_load_n(&found, __ATOMIC_RELAXED);
    if (filter_was_installed() || known == PRESENT)
        return false;
    /* A filter from before the start is every thread's; to ask for the main thread's takes the
     * kernel 10 us less. */
    bool absent =
        status_says_none(known == UNKNOWN ? "/proc/self/status" : "/proc/thread-self/status");
    __atomic_store_n(&found, absent ? ABSENT : PRESENT, __ATOMIC_RELAXED);
    return absent;
}

bool filter_is_absent(void) {
    return __atomic_load_n(&found, __ATOMIC_RELAXED) == ABSENT ? !filter_was_installed()
                                                               : filter_is_absent_now();
}
