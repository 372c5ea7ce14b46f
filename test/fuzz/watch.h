/* Runs a program as a tracer sees it: how it ended, and where it was when it did. */
#ifndef WATCH_H
#define WATCH_H

#include <stddef.h>

enum ending {
    ENDED_EXIT,           /* by itself, any status */
    ENDED_SIGNAL,         /* a fault outside the linker: the damaged code's own business */
    ENDED_IN_LINKER,      /* a fault with the program counter in the linker's text */
    ENDED_LATE_OUTSIDE,   /* still running at the time limit, outside the linker */
    ENDED_LATE_IN_LINKER, /* still running inside the linker */
};

struct watched {
    enum ending ending;
    int number;                 /* exit status or signal */
    unsigned long long counter; /* program counter, relative to the linker's base when inside it */
    unsigned long long address; /* of the fault */
};

/* Runs argv (with environment envp, standard streams closed to /dev/null) for at most `seconds`.
 * `linker` is the real path of the linker, as /proc/PID/maps shows it. */
struct watched watch(char *const *argv, char *const *envp, const char *linker, unsigned seconds);

#endif
