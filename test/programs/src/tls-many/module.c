/* One of many modules with thread-local storage. */
static __thread int value = NUMBER;
static __thread int count;
int next(void);
int next(void) {
    return value + ++count;
}
