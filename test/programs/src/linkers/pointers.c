/* Relative relocations in two writable segments: RELRO data and other data. Needs no libc. */
int sum(void);
static int x = 7;
static int *const volatile constant[] = {&x, &x};
static int *volatile variable[] = {&x, &x};
int sum(void) {
    return *constant[1] + *variable[1];
}
