/*
 * Paired start-up times: runs two command lines in turn, so that whatever else the machine does
 * meets both.
 *
 *   paired COUNT COMMAND... -- COMMAND...
 *
 * Prints one line for each pair: microseconds of the first, microseconds of the second, from vfork
 * to the end of the process. Standard streams go to /dev/null. A command that does not end with
 * status 0 ends the measurement.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* One run, in microseconds. */
static double measure(char **argv, const posix_spawn_file_actions_t *quiet) {
    pid_t child;
    int status = 0;
    double begin = now();
    if (posix_spawn(&child, argv[0], quiet, NULL, argv, environ) != 0) {
        fprintf(stderr, "%s cannot be started\n", argv[0]);
        exit(2);
    }
    waitpid(child, &status, 0);
    double end = now();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s ended with status %#x\n", argv[0], (unsigned)status);
        exit(2);
    }
    return end - begin;
}

int main(int argc, char **argv) {
    int middle = 2;
    while (middle < argc && strcmp(argv[middle], "--") != 0)
        middle++;
    if (argc < 5 || middle + 1 >= argc) {
        fprintf(stderr, "usage: paired COUNT COMMAND... -- COMMAND...\n");
        return 2;
    }
    argv[middle] = NULL;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    int count = atoi(argv[1]);
    for (int pair = -3; pair < count; pair++) {
        double first, second;
        /* Who goes first alternates: the second finds warmer caches. */
        if (pair % 2 == 0) {
            first = measure(argv + 2, &quiet);
            second = measure(argv + middle + 1, &quiet);
        } else {
            second = measure(argv + middle + 1, &quiet);
            first = measure(argv + 2, &quiet);
        }
        if (pair >= 0)
            printf("%.1f %.1f\n", first, second);
    }
    return 0;
}
