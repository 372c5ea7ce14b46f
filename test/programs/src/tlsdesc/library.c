/* Thread-local storage through descriptors (-mtls-dialect=gnu2). */
__thread int a = 3;
static __thread int b = 4;
__thread char filler[200];
int described(void);
int described(void) {
    filler[7]++;
    return ++a * 100 + ++b * 10 + filler[7];
}
