/**
 * Starts the programs of the suite, one after the other, for as long as requests come: a process as
 * small as this one starts another in a fraction of the time that Node takes.
 *
 * A request on standard input: the decimal length of what follows, a newline, then texts that each
 * end in a NUL: milliseconds until the program is killed, the folder, the number of words, the
 * words, the environment. The answer on standard output: exit status or -1, signal or 0, 1 if it
 * was killed for its time, the lengths of its standard output and standard error, a newline, and
 * both.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORDS 256

struct request {
    int milliseconds;
    const char *folder;
    char *words[MOST_WORDS];
    char *environment[MOST_WORDS];
};

static char *next_text(char **at) {
    char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

/** Takes a request of `length` bytes apart, in place. */
static void parse(char *bytes, size_t length, struct request *request) {
    char *at = bytes;
    int count = 0;
    request->milliseconds = atoi(next_text(&at));
    request->folder = next_text(&at);
    int words = atoi(next_text(&at));
    for (int index = 0; index < words; index++)
        request->words[index] = next_text(&at);
    request->words[words] = NULL;
    while (at < bytes + length)
        request->environment[count++] = next_text(&at);
    request->environment[count] = NULL;
}

/** In the child: nothing is inherited but the two files. */
static void become(const struct request *request, int output, int errors) {
    setpgid(0, 0);
    close(STDIN_FILENO);
    open("/dev/null", O_RDONLY);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    if (chdir(request->folder) == 0)
        execve(request->words[0], request->words, request->environment);
    perror("cannot start");
    _exit(126);
}

/** Waits for a child; true if it had to be killed. What it left running in its group ends with it.
 */
static int await(pid_t child, int milliseconds, int *status) {
    struct pollfd ended = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    int is_late = poll(&ended, 1, milliseconds) == 0;
    if (is_late)
        kill(-child, SIGKILL);
    waitpid(child, status, 0);
    kill(-child, SIGKILL);
    close(ended.fd);
    return is_late;
}

static void send_file(int file, size_t size) {
    char *bytes = size == 0 ? NULL : mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (bytes != NULL && bytes != MAP_FAILED) {
        fwrite(bytes, 1, size, stdout);
        munmap(bytes, size);
    }
    close(file);
}

static void perform(const struct request *request) {
    int output = memfd_create("output", MFD_CLOEXEC);
    int errors = memfd_create("errors", MFD_CLOEXEC);
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        become(request, output, errors);
    int is_late = await(child, request->milliseconds, &status);
    size_t output_size = (size_t)lseek(output, 0, SEEK_END);
    size_t error_size = (size_t)lseek(errors, 0, SEEK_END);
    printf("%d %d %d %zu %zu\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0, is_late, output_size, error_size);
    send_file(output, output_size);
    send_file(errors, error_size);
    fflush(stdout);
}

int main(void) {
    static struct request request;
    size_t length;
    signal(SIGPIPE, SIG_DFL);
    while (scanf("%zu", &length) == 1) {
        char *bytes = malloc(length + 1);
        if (bytes == NULL || getchar() != '\n' || fread(bytes, 1, length, stdin) != length)
            return 1;
        parse(bytes, length, &request);
        perform(&request);
        free(bytes);
    }
    return 0;
}
