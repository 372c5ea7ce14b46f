/**
 * The steps of a case, as docs/conformance.md describes them: one word, one call, one line of
 * trace.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

#define WORD_SIZE  256
#define SLOTS      64
#define NAMESPACES 20

/** A handle and the name that steps call it by. */
struct slot {
    char name[WORD_SIZE];
    void *handle;
    /** How often it was opened and not closed: what is closed is forgotten, its address may be
     * another's. */
    int opened;
};

static struct slot slots[SLOTS];
static Lmid_t namespaces[NAMESPACES];

static struct slot *slot_of(const char *name) {
    for (int index = 0; index < SLOTS; index++)
        if (slots[index].handle != NULL && strcmp(slots[index].name, name) == 0)
            return &slots[index];
    return NULL;
}

/** The handle of a name; what was never opened is looked for in the default order. */
static void *handle_of(const char *name) {
    const struct slot *slot = slot_of(name);
    return slot == NULL ? RTLD_DEFAULT : slot->handle;
}

static const char *error_text(void) {
    const char *text = dlerror();
    return text == NULL ? "(no error)" : text;
}

static int flags_of(const char *letters) {
    static const struct {
        char letter;
        int flag;
    } known[] = {
        {'n', RTLD_NOW},      {'l', RTLD_LAZY},   {'g', RTLD_GLOBAL},
        {'d', RTLD_NODELETE}, {'o', RTLD_NOLOAD}, {'b', RTLD_DEEPBIND},
    };
    int flags = strpbrk(letters, "nlz") == NULL ? RTLD_LAZY : 0;
    for (; *letters != '\0'; letters++)
        for (size_t index = 0; index < sizeof(known) / sizeof(known[0]); index++)
            if (known[index].letter == *letters)
                flags |= known[index].flag;
    return flags;
}

/** dlmopen into the namespace of a number; one that is not there yet is made, and its number kept.
 */
static void *open_in(const char *number, const char *file, int flags) {
    int index = atoi(number) % NAMESPACES;
    Lmid_t wanted = index == 0 ? LM_ID_BASE : LM_ID_NEWLM;
    if (index != 0 && namespaces[index] != 0)
        wanted = namespaces[index];
    void *handle = dlmopen(wanted, file, flags);
    if (handle != NULL && index != 0)
        dlinfo(handle, RTLD_DI_LMID, &namespaces[index]);
    return handle;
}

/** The name of another slot with this handle, or null. */
static const char *same_as(const void *handle) {
    for (int index = 0; index < SLOTS; index++)
        if (slots[index].handle == handle)
            return slots[index].name;
    return NULL;
}

static void keep(const char *name, void *handle) {
    struct slot *slot = slot_of(name);
    for (int index = 0; slot == NULL && index < SLOTS; index++)
        if (slots[index].handle == NULL)
            slot = &slots[index];
    if (slot == NULL)
        return;
    strcpy(slot->name, name);
    slot->opened = slot->handle == handle ? slot->opened + 1 : 1;
    slot->handle = handle;
}

/** Cuts `word` at `mark` and returns what stands behind it, or an empty text. */
static char *cut(char *word, char mark) {
    char *at = strchr(word, mark);
    if (at == NULL)
        return word + strlen(word);
    *at = '\0';
    return at + 1;
}

/** `+name[=file][@namespace][:flags]`; no name at all is the program. */
static void step_open(const char *word) {
    char name[WORD_SIZE], file[WORD_SIZE];
    strcpy(name, word + 1);
    int flags = flags_of(cut(name, ':'));
    const char *number = cut(name, '@');
    const char *given = cut(name, '=');
    snprintf(file, sizeof(file), strchr(given, '.') ? "%s" : "%s.so", *given ? given : name);
    const char *asked = *name == '\0' ? NULL : file;
    void *handle = *number == '\0' ? dlopen(asked, flags) : open_in(number, asked, flags);
    if (handle == NULL) {
        say(word, ": ", (flags & RTLD_NOLOAD) ? "not there" : error_text(), NULL);
        return;
    }
    const char *same = same_as(handle);
    say(word, ": opened", same ? ", the same as " : "", same ? same : "", NULL);
    keep(*name == '\0' ? "." : name, handle);
}

/** `-name` */
static void step_close(const char *word) {
    struct slot *slot = slot_of(word[1] == '\0' ? "." : word + 1);
    if (slot == NULL) {
        say(word, ": not open", NULL);
        return;
    }
    void *handle = slot->handle;
    if (--slot->opened == 0)
        slot->handle = NULL;
    int status = dlclose(handle);
    say(word, ": ", status == 0 ? "closed" : error_text(), NULL);
}

/** What a found symbol says of itself. */
static const char *text_of(char kind, void *found) {
    return kind == '%' || kind == '#' ? (const char *)found : ((function_type *)found)();
}

/** `?[handle.|>][%|#]symbol[@version]` */
static void step_look(const char *word) {
    char asked[WORD_SIZE];
    strcpy(asked, word + 1);
    const char *version = cut(asked, '@');
    char *symbol = strchr(asked, '.') ? cut(asked, '.') : asked;
    void *handle = symbol == asked ? RTLD_DEFAULT : handle_of(*asked == '\0' ? "." : asked);
    if (*symbol == '>') {
        handle = RTLD_NEXT;
        symbol++;
    }
    char kind = *symbol;
    if (kind == '%' || kind == '#')
        symbol++;
    dlerror();
    void *found = *version == '\0' ? dlsym(handle, symbol) : dlvsym(handle, symbol, version);
    const char *error = dlerror();
    if (error != NULL)
        say(word, ": ", error, NULL);
    else
        say(word, " = ", found == NULL ? "a null pointer" : text_of(kind, found), NULL);
}

/** `name()`: what the library of this name uses. */
static void step_use(const char *word) {
    char name[WORD_SIZE], function[WORD_SIZE + 8];
    strcpy(name, word);
    cut(name, '(');
    snprintf(function, sizeof(function), "use_%s", name);
    void (*use)(void) = (void (*)(void))dlsym(handle_of(name), function);
    if (use == NULL)
        say(word, ": ", error_text(), NULL);
    else
        use();
}

static int say_object(struct dl_phdr_info *info, size_t size, void *context) {
    struct dl_phdr_info *last = context;
    (void)size;
    say("  object ", *info->dlpi_name == '\0' ? "main" : info->dlpi_name,
        info->dlpi_tls_modid != 0 ? " with TLS" : "", info->dlpi_tls_data != NULL ? " in use" : "",
        NULL);
    *last = *info;
    return 0;
}

static void step_phdr(const char *word) {
    struct dl_phdr_info last;
    char counts[WORD_SIZE];
    say(word, ":", NULL);
    dl_iterate_phdr(say_object, &last);
    snprintf(counts, sizeof(counts), "  %llu loaded, %llu unloaded", last.dlpi_adds,
             last.dlpi_subs);
    say(counts, NULL);
}

/** `maps[:name]`: the list that debuggers and dlinfo see, of the namespace of a handle. */
static void step_maps(const char *word) {
    char name[WORD_SIZE];
    strcpy(name, word);
    void *handle = handle_of(cut(name, ':'));
    struct link_map *map = NULL;
    if (handle == RTLD_DEFAULT)
        handle = dlopen(NULL, RTLD_LAZY);
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) {
        say(word, ": ", error_text(), NULL);
        return;
    }
    while (map->l_prev != NULL)
        map = map->l_prev;
    say(word, ":", NULL);
    for (; map != NULL; map = map->l_next)
        say("  map ", *map->l_name == '\0' ? "main" : map->l_name, NULL);
}

/** `addr:[handle.]symbol`: dladdr of what dlsym finds. */
static void step_address(const char *word) {
    char name[WORD_SIZE];
    strcpy(name, strchr(word, ':') + 1);
    char *symbol = strchr(name, '.') ? cut(name, '.') : name;
    void *found = dlsym(symbol == name ? RTLD_DEFAULT : handle_of(name), symbol);
    Dl_info info;
    if (found == NULL || dladdr(found, &info) == 0) {
        say(word, ": of no object", NULL);
        return;
    }
    say(word, ": ", info.dli_fname, ", ", info.dli_sname ? info.dli_sname : "no symbol",
        info.dli_saddr == found ? ", its address" : ", another address", NULL);
}

/** The folders of RTLD_DI_SERINFO. */
static void say_search_path(void *handle) {
    Dl_serinfo sizes;
    if (dlinfo(handle, RTLD_DI_SERINFOSIZE, &sizes) != 0)
        return;
    Dl_serinfo *info = malloc(sizes.dls_size);
    info->dls_size = sizes.dls_size;
    info->dls_cnt = sizes.dls_cnt;
    if (dlinfo(handle, RTLD_DI_SERINFO, info) == 0)
        for (unsigned index = 0; index < info->dls_cnt; index++)
            say("  searches ", info->dls_serpath[index].dls_name, NULL);
    free(info);
}

/** `info:handle` */
static void step_info(const char *word) {
    void *handle = handle_of(strchr(word, ':') + 1);
    if (handle == RTLD_DEFAULT)
        handle = dlopen(NULL, RTLD_LAZY);
    char origin[4096], text[WORD_SIZE];
    Lmid_t namespace = -1;
    size_t module = 0;
    void *data = NULL;
    if (dlinfo(handle, RTLD_DI_LMID, &namespace) != 0) {
        say(word, ": ", error_text(), NULL);
        return;
    }
    dlinfo(handle, RTLD_DI_ORIGIN, origin);
    dlinfo(handle, RTLD_DI_TLS_MODID, &module);
    dlinfo(handle, RTLD_DI_TLS_DATA, &data);
    snprintf(text, sizeof(text), "namespace %ld, TLS module %zu%s", (long)namespace, module,
             data != NULL ? " in use" : "");
    say(word, ": ", text, ", from ", origin, NULL);
    say_search_path(handle);
}

static void *in_thread(void *steps) {
    run_steps(steps);
    return NULL;
}

static void run_thread(char *steps) {
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, steps);
    pthread_join(thread, NULL);
    say("thread ended", NULL);
}

static void run_child(char *steps) {
    char text[WORD_SIZE];
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        run_steps(steps);
        exit(7);
    }
    waitpid(child, &status, 0);
    snprintf(text, sizeof(text), "child ended: %d, %d", WEXITSTATUS(status), WTERMSIG(status));
    say(text, NULL);
}

static const char *handler_steps;

static void handle(int number) {
    (void)number;
    run_steps(handler_steps);
}

static void run_handler(char *steps) {
    handler_steps = steps;
    signal(SIGUSR1, handle);
    raise(SIGUSR1);
    say("handler ended", NULL);
}

/** Performs a group, whose opening word is one of `(` (a thread), `[` (a child), `<` (a handler),
 * `*N(` (N times). */
static void run_group(const char *opening, char *steps) {
    if (*opening == '(')
        run_thread(steps);
    else if (*opening == '[')
        run_child(steps);
    else if (*opening == '<')
        run_handler(steps);
    else
        for (int times = atoi(opening + 1); times > 0; times--)
            run_steps(steps);
}

static void at_exit(void) {
    say("at exit", NULL);
}

static void at_thread_exit(void *name) {
    say("end of thread, for ", (const char *)name, NULL);
}

extern int __cxa_thread_atexit_impl(void (*function)(void *), void *argument, void *handle)
    __attribute__((weak));
extern void *__dso_handle __attribute__((visibility("hidden")));

static void step_word(const char *word) {
    if (strcmp(word, "err") == 0)
        say("err: ", error_text(), NULL);
    else if (strcmp(word, "atexit") == 0)
        atexit(at_exit);
    else if (strncmp(word, "atthread:", 9) == 0 && __cxa_thread_atexit_impl)
        __cxa_thread_atexit_impl(at_thread_exit, strdup(word + 9), &__dso_handle);
    else if (strncmp(word, "say:", 4) == 0)
        say(word + 4, NULL);
    else if (strncmp(word, "exit:", 5) == 0)
        exit(atoi(word + 5));
    else if (strncmp(word, "_exit:", 6) == 0)
        _exit(atoi(word + 6));
    else
        say("not a step: ", word, NULL);
}

static int begins(const char *word, const char *with) {
    return strncmp(word, with, strlen(with)) == 0;
}

static void step(const char *word) {
    if (*word == '+')
        step_open(word);
    else if (*word == '-')
        step_close(word);
    else if (*word == '?')
        step_look(word);
    else if (strchr(word, '(') != NULL)
        step_use(word);
    else if (strcmp(word, "phdr") == 0)
        step_phdr(word);
    else if (begins(word, "maps"))
        step_maps(word);
    else if (begins(word, "addr:"))
        step_address(word);
    else if (begins(word, "info:"))
        step_info(word);
    else
        step_word(word);
}

static int opens_group(const char *word) {
    return strcmp(word, "(") == 0 || strcmp(word, "[") == 0 || strcmp(word, "<") == 0 ||
           *word == '*';
}

static int closes_group(const char *word) {
    return strchr(")]>", *word) != NULL && word[1] == '\0';
}

/** Copies the word at `*at` to `word` and moves `*at` behind it; false at the end of the text. */
static int next_word(const char **at, char *word) {
    size_t length = 0;
    *at += strspn(*at, " ,");
    for (; **at != '\0' && strchr(" ,", **at) == NULL; (*at)++)
        if (length < WORD_SIZE - 1)
            word[length++] = **at;
    word[length] = '\0';
    return length > 0;
}

/** The steps of a group: everything up to the word that closes it. */
static char *group_steps(const char **at) {
    char word[WORD_SIZE];
    const char *begin = *at;
    const char *end = begin;
    for (int depth = 1; depth > 0 && next_word(at, word);) {
        depth += opens_group(word) - closes_group(word);
        if (depth > 0)
            end = *at;
    }
    return strndup(begin, (size_t)(end - begin));
}

void run_steps(const char *steps) {
    char word[WORD_SIZE];
    while (next_word(&steps, word)) {
        if (!opens_group(word)) {
            step(word);
            continue;
        }
        char *inner = group_steps(&steps);
        run_group(word, inner);
        free(inner);
    }
}
