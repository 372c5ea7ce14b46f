/* The program's own allocator serves libc and the libraries, from its very first call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static _Alignas(64) char arena[8 << 20];
static size_t taken;
static unsigned long allocated, released;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *take(size_t size, size_t align) {
    pthread_mutex_lock(&lock);
    size_t at = (taken + 16 + align - 1) & ~(align - 1);
    void *result = NULL;
    if (at + size <= sizeof arena) {
        taken = at + size;
        *(size_t *)(arena + at - 16) = size;
        result = arena + at;
        allocated++;
    }
    pthread_mutex_unlock(&lock);
    return result;
}
void *malloc(size_t size) {
    return take(size, 16);
}
void *calloc(size_t count, size_t size) {
    return take(count * size, 16);
}
void free(void *memory) {
    released += memory != NULL;
}
void *realloc(void *memory, size_t size) {
    void *result = take(size, 16);
    if (memory != NULL && result != NULL) {
        size_t old = *(size_t *)((char *)memory - 16);
        memcpy(result, memory, old < size ? old : size);
    }
    return result;
}
void *memalign(size_t align, size_t size);
void *memalign(size_t align, size_t size) {
    return take(size, align < 16 ? 16 : align);
}
void *aligned_alloc(size_t align, size_t size) {
    return memalign(align, size);
}
int posix_memalign(void **memory, size_t align, size_t size) {
    *memory = memalign(align, size);
    return *memory == NULL ? ENOMEM : 0;
}

static int in_arena(const void *address) {
    return (const char *)address >= arena && (const char *)address < arena + sizeof arena;
}

static void *thread(void *unused) {
    (void)unused;
    return strdup("from a thread");
}

int main(void) {
    char *copy = strdup("text");
    CHECK(in_arena(copy));
    unsigned long before = allocated;
    char *text = NULL;
    CHECK(asprintf(&text, "%d", 5) == 1 && in_arena(text) && allocated > before);
    void *library = dlopen("libempty.so", RTLD_NOW);
    CHECK(library != NULL && dlclose(library) == 0);
    dlopen("libabsent.so", RTLD_NOW);
    puts(dlerror());
    pthread_t id;
    void *result;
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, &result);
    CHECK(in_arena(result));
    return check_status();
}
