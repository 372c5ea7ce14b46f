/* Indirect functions in a library: exported, local, one whose resolver calls another function. */
typedef int function(int);

int twice(int x);
int thrice_of_library(int x);
int call_local(int x);
function *address_of_twice(void);

static int twice_plain(int x) {
    return 2 * x;
}
static function *resolve_twice(void) {
    return twice_plain;
}
int twice(int x) __attribute__((ifunc("resolve_twice")));

static int thrice_plain(int x) {
    return 3 * x;
}
__attribute__((noinline)) static int choose(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse2") != 0;
}
static function *resolve_thrice(void) {
    return choose() ? thrice_plain : 0;
}
int thrice_of_library(int x) __attribute__((ifunc("resolve_thrice")));

static function *resolve_local(void) {
    return thrice_plain;
}
static int local_ifunc(int x) __attribute__((ifunc("resolve_local")));
int call_local(int x) {
    return local_ifunc(x) + twice(x);
}
function *address_of_twice(void) {
    return twice;
}
/* A data relocation against an indirect function. */
function *table_of_library[] = {twice, thrice_of_library, local_ifunc};
