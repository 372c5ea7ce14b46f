/* Clock functions agree with the system calls they stand for. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static long long nanoseconds(const struct timespec *time) {
    return (long long)time->tv_sec * 1000000000 + time->tv_nsec;
}

int main(void) {
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE,
                                       CLOCK_BOOTTIME, CLOCK_PROCESS_CPUTIME_ID};
    for (unsigned index = 0; index < sizeof clocks / sizeof clocks[0]; index++) {
        struct timespec before, between, after;
        syscall(SYS_clock_gettime, clocks[index], &before);
        CHECK(clock_gettime(clocks[index], &between) == 0);
        syscall(SYS_clock_gettime, clocks[index], &after);
        CHECK(nanoseconds(&before) <= nanoseconds(&between));
        CHECK(nanoseconds(&between) <= nanoseconds(&after));
    }
    struct timeval now;
    time_t seconds = time(NULL);
    CHECK(gettimeofday(&now, NULL) == 0 && now.tv_sec - seconds <= 1);
    struct timespec resolution;
    CHECK(clock_getres(CLOCK_MONOTONIC, &resolution) == 0);
    printf("resolution %ld\n", (long)resolution.tv_nsec);
    return check_status();
}
