/*
 * Damages an ELF file and compares what two linkers make of it.
 *
 *   compare REFERENCE LINKER FILE MODE FIRST COUNT WORK [LIBRARY_PATH]
 *
 * Everything but REFERENCE is as for fuzz (main.c). What runs under the reference and ends with
 * status 0 must do so under the linker, with the same output. What the reference refuses or crashes
 * with may be refused, or run. Refusals of what the reference survives by chance are known
 * (by_chance). Prints a line for each difference of the first kind, and counts at the end; the
 * environment variable TEXTS asks for differing refusals too. Exit status 1: there were
 * differences. A run that does not repeat itself under the reference counts for nothing.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

enum { SECONDS = 5, KEPT = 4096 };

struct plan {
    const char *file, *mode, *work, *library_path;
    char program[PATH_MAX], damaged[PATH_MAX], path[2 * PATH_MAX], preload[PATH_MAX + 16];
};

/* How a run ended: status as of waitpid, -1: not in time. */
struct result {
    int status;
    char output[KEPT];
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
    plan->file = argv[3];
    plan->mode = argv[4];
    plan->work = argv[7];
    plan->library_path = argc > 8 ? argv[8] : "";
    const char *slash = strrchr(plan->file, '/');
    int folder = (int)(slash - plan->file);
    const char *program = strcmp(plan->mode, "needed") == 0 ? "main" : "opens";
    snprintf(plan->program, sizeof plan->program, "%.*s/%s", folder, plan->file, program);
    snprintf(plan->damaged, sizeof plan->damaged, "%s/%s", plan->work, slash + 1);
    snprintf(plan->path, sizeof plan->path, "%s:%.*s:%s", plan->work, folder, plan->file,
             plan->library_path);
    snprintf(plan->preload, sizeof plan->preload, "LD_PRELOAD=%s", plan->damaged);
}

static void run_child(const struct plan *plan, const char *linker, int out) {
    int preload = strcmp(plan->mode, "preload") == 0;
    const char *target = strcmp(plan->mode, "run") == 0 ? plan->damaged : plan->program;
    char *argument = strcmp(plan->mode, "opened") == 0 ? (char *)plan->damaged : NULL;
    char *argv[] = {(char *)linker, "--library-path", (char *)plan->path,
                    (char *)target, argument,         NULL};
    char *envp[] = {"PATH=/usr/bin:/bin", preload ? (char *)plan->preload : NULL, NULL};
    struct rlimit none = {0, 0}, memory = {(rlim_t)4 << 30, (rlim_t)4 << 30};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_AS, &memory);
    int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(out, 1);
    dup2(out, 2);
    execve(linker, argv, envp);
    _exit(126);
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct result run_once(const struct plan *plan, const char *linker) {
    struct result result = {.status = 0};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(2);
    pid_t child = fork();
    if (child == 0)
        run_child(plan, linker, ends[1]);
    close(ends[1]);
    long limit = now() + SECONDS * 1000;
    size_t used = 0;
    ssize_t got = 1;
    while (got > 0 && now() < limit) {
        struct pollfd waiting = {ends[0], POLLIN, 0};
        char rest[512];
        if (poll(&waiting, 1, (int)(limit - now())) <= 0)
            break;
        got = read(ends[0], rest, sizeof rest);
        for (ssize_t i = 0; i < got && used < KEPT - 1; i++)
            result.output[used++] = rest[i] != 0 ? rest[i] : '?';
    }
    close(ends[0]);
    if (got > 0)
        kill(child, SIGKILL);
    waitpid(child, &result.status, 0);
    if (got > 0)
        result.status = -1;
    return result;
}

static int same(const struct result *a, const struct result *b) {
    return a->status == b->status && strcmp(a->output, b->output) == 0;
}

/* Where a file names memory that is not its own, the reference reads or writes what happens to lie
 * there. That it runs then is chance. */
static int by_chance(const struct result *subject, const char *note) {
    static const char *const refusals[] = {
        "relocation outside of the writable segments",
        "bad symbol index",
        "bad symbol name",
        "bad DT_NEEDED",
        "bad DT_VERNEED or DT_VERDEF",              /* chains that leave the file */
        "failed to map segment from shared object", /* one that ends beyond the address space */
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strstr(subject->output, refusals[i]) != NULL)
            return 1;
    /* A pointer that the damaged code follows. */
    return (subject->status == 0 || WIFSIGNALED(subject->status)) &&
           (strstr(note, "relocations") != NULL || strstr(note, "anywhere") != NULL);
}

static const char *ending(const struct result *result) {
    static char text[40];
    if (result->status == -1)
        return "not in time";
    if (WIFSIGNALED(result->status))
        snprintf(text, sizeof text, "signal %d", WTERMSIG(result->status));
    else
        snprintf(text, sizeof text, "status %d", WEXITSTATUS(result->status));
    return text;
}

static void show(unsigned long long seed, const char *what, const struct result *reference,
                 const struct result *subject, const char *note) {
    printf("seed %llu: %s%s\n  reference: %s: %s\n", seed, what, note, ending(reference),
           reference->output);
    printf("  linker: %s: %s\n", ending(subject), subject->output);
}

int main(int argc, char **argv) {
    static struct plan plan;
    static struct result reference, subject, again;
    unsigned long long run = 0, refused = 0, crashed = 0, lenient = 0, texts = 0, wrong = 0;
    if (argc < 8 || strchr(argv[3], '/') == NULL) {
        fprintf(stderr, "usage: compare REFERENCE LINKER FILE MODE FIRST COUNT WORK [PATH]\n");
        return 2;
    }
    make_plan(&plan, argv, argc);
    struct elf_file file = elf_read(plan.file);
    unsigned char *copy = malloc(file.size);
    unsigned long long first = strtoull(argv[5], NULL, 0), count = strtoull(argv[6], NULL, 0);
    for (unsigned long long seed = first; seed < first + count; seed++) {
        char note[600], kept[PATH_MAX + 32];
        size_t size = mutate(&file, seed, copy, note, sizeof note);
        write_file(plan.damaged, copy, size);
        reference = run_once(&plan, argv[1]);
        subject = run_once(&plan, argv[2]);
        int runs = reference.status == 0, exits = WIFEXITED(reference.status);
        run += runs;
        refused += !runs && exits;
        crashed += !exits;
        lenient += !runs && subject.status == 0;
        if (same(&reference, &subject))
            continue;
        if (!runs) {
            int differ = exits && subject.status != 0;
            texts += differ;
            if (differ && getenv("TEXTS") != NULL)
                show(seed, "another refusal", &reference, &subject, note);
            continue;
        }
        again = run_once(&plan, argv[1]);
        if (!same(&reference, &again) || by_chance(&subject, note))
            continue;
        wrong++;
        show(seed, "NOT AS UNDER THE REFERENCE", &reference, &subject, note);
        snprintf(kept, sizeof kept, "%s/differs-%llu", plan.work, seed);
        write_file(kept, copy, size);
    }
    printf(
        "%llu files: the reference ran %llu, refused %llu, crashed with %llu; the linker ran %llu "
        "of those, %llu refusals differ, %llu NOT AS UNDER THE REFERENCE\n",
        count, run, refused, crashed, lenient, texts, wrong);
    return wrong > 0;
}
