/* The library that is damaged: small, but with a bit of everything a linker reads. */
#include <stdio.h>
#include <stdlib.h>

int shared_array[5] = {1, 2, 3, 4, 5};
const char *const names[] = {"zero", "one", "two"};
static __thread int local_count = 3;
__thread int shared_count = 4;
__attribute__((weak)) int absent(void);
static void *own_addresses[] = {&own_addresses, shared_array, (void *)names, &shared_array[2]};

static int plain(int x) {
    return x + 1;
}
static int (*resolve(void))(int) {
    return plain;
}
int indirect(int x) __attribute__((ifunc("resolve")));
int old_function(int x);
__attribute__((symver("versioned@V1"))) int old_function(int x) {
    return x;
}
int new_function(int x);
__attribute__((symver("versioned@@V2"))) int new_function(int x) {
    return x + 2;
}
/* With TLS descriptors called by target(). Without, nobody calls it: a damaged PLT entry of
 * __tls_get_addr would let the library's own code jump into the middle of the linker. */
int shared_threads(int x);
int shared_threads(int x) {
    local_count += x;
    shared_count += x;
    return local_count + shared_count;
}
/* As an IFUNC it is called without arguments: what stands in x's place is chance, an index never is. */
int target(unsigned int x);
int target(unsigned int x) {
    int count = USE_THREADS ? shared_threads((int)x) : 0;
    if (absent != NULL)
        x = (unsigned int)absent();
    char *text = malloc(40);
    snprintf(text, 40, "%s %d", names[x % 3], count);
    int result = indirect(text[0]) + old_function(shared_array[x % 5]) + (own_addresses[0] != NULL);
    free(text);
    return result;
}
__attribute__((constructor)) static void begin(void) {
    shared_array[4]++;
}
__attribute__((destructor)) static void end(void) {
    shared_array[4]--;
}
