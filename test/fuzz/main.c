/*
 * The fuzzer: damages an ELF file, gives it to a linker, and sees to it that the linker itself
 * survives.
 *
 *   fuzz LINKER FILE MODE FIRST COUNT WORK [LIBRARY_PATH]
 *
 * MODE says how the linker meets the file: `run` (LINKER FILE), `needed` (by the program "main"
 * beside FILE), `opened` (by dlopen in the program "opens" beside FILE), `preload` (LD_PRELOAD).
 * Seeds are FIRST .. FIRST+COUNT-1. Damaged files are written to the folder WORK; failing ones stay
 * there. Prints a line for each failure, and counts at the end. Exit status 1: there were failures.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mutate.h"
#include "watch.h"

enum { SECONDS = 3 };

struct plan {
    const char *linker, *file, *mode, *work, *library_path;
    char program[PATH_MAX], damaged[PATH_MAX], path[2 * PATH_MAX], preload[PATH_MAX + 16];
    char real_linker[PATH_MAX];
};

static void write_file(const char *name, const unsigned char *bytes, size_t size) {
    unlink(name);
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0755);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
        perror(name);
        exit(2);
    }
    close(fd);
}

static void make_plan(struct plan *plan, char **argv, int argc) {
    plan->linker = argv[1];
    plan->file = argv[2];
    plan->mode = argv[3];
    plan->work = argv[6];
    plan->library_path = argc > 7 ? argv[7] : "";
    const char *slash = strrchr(plan->file, '/');
    const char *name = slash == NULL ? plan->file : slash + 1;
    int folder = slash == NULL ? 1 : (int)(slash - plan->file);
    const char *program = strcmp(plan->mode, "needed") == 0 ? "main" : "opens";
    snprintf(plan->program, sizeof plan->program, "%.*s/%s", folder,
             slash == NULL ? "." : plan->file, program);
    snprintf(plan->damaged, sizeof plan->damaged, "%s/%s", plan->work, name);
    snprintf(plan->path, sizeof plan->path, "%s:%.*s:%s", plan->work, folder, plan->file,
             plan->library_path);
    snprintf(plan->preload, sizeof plan->preload, "LD_PRELOAD=%s", plan->damaged);
    if (realpath(plan->linker, plan->real_linker) == NULL) {
        perror(plan->linker);
        exit(2);
    }
}

static struct watched run_once(struct plan *plan) {
    int preload = strcmp(plan->mode, "preload") == 0;
    const char *target = strcmp(plan->mode, "run") == 0 ? plan->damaged : plan->program;
    char *argument = strcmp(plan->mode, "opened") == 0 ? plan->damaged : NULL;
    char *argv[] = {(char *)plan->linker, "--library-path", plan->path,
                    (char *)target,       argument,         NULL};
    char *envp[] = {"PATH=/usr/bin:/bin", "LD_BIND_NOW=1", preload ? plan->preload : NULL, NULL};
    return watch(argv, envp, plan->real_linker, SECONDS);
}

static const char *ending_text(enum ending ending) {
    static const char *const texts[] = {"exit", "fault outside", "FAULT IN THE LINKER",
                                        "late outside", "ENDLESS IN THE LINKER"};
    return texts[ending];
}

int main(int argc, char **argv) {
    static struct plan plan;
    unsigned long counts[5] = {0}, good = 0;
    if (argc < 7) {
        fprintf(
            stderr,
            "usage: fuzz LINKER FILE run|needed|opened|preload FIRST COUNT WORK [LIBRARY_PATH]\n");
        return 2;
    }
    make_plan(&plan, argv, argc);
    struct elf_file file = elf_read(plan.file);
    unsigned char *copy = malloc(file.size);
    unsigned long long first = strtoull(argv[4], NULL, 0), count = strtoull(argv[5], NULL, 0);
    for (unsigned long long seed = first; seed < first + count; seed++) {
        char note[600];
        size_t size = mutate(&file, seed, copy, note, sizeof note);
        write_file(plan.damaged, copy, size);
        struct watched result = run_once(&plan);
        counts[result.ending]++;
        good += result.ending == ENDED_EXIT && result.number == 0;
        if (result.ending != ENDED_IN_LINKER && result.ending != ENDED_LATE_IN_LINKER)
            continue;
        printf("seed %llu: %s, signal %d, at linker+%#llx, address %#llx%s\n", seed,
               ending_text(result.ending), result.number, result.counter, result.address, note);
        char kept[PATH_MAX + 32];
        snprintf(kept, sizeof kept, "%s/failed-%llu", plan.work, seed);
        write_file(kept, copy, size);
    }
    printf("%llu files: %lu ran well, %lu ended otherwise, %lu fault outside, %lu late outside, "
           "%lu FAULTS IN THE LINKER, %lu ENDLESS IN THE LINKER\n",
           count, good, counts[0] - good, counts[1], counts[3], counts[2], counts[4]);
    return counts[ENDED_IN_LINKER] + counts[ENDED_LATE_IN_LINKER] > 0;
}
