/* Thread-local variables of a library, in whatever model the flags ask for. */
__thread int initialised = 42;
__thread int zero;
static __thread int local_initialised = 7;
static __thread char local_zero[100];
__thread long wide __attribute__((aligned(64))) = 0x1234567;

int library_sum(void);
int library_sum(void) {
    int sum = initialised + zero + local_initialised;
    for (unsigned index = 0; index < sizeof local_zero; index++)
        sum += local_zero[index];
    return sum;
}
void library_change(int by);
void library_change(int by) {
    initialised += by;
    zero += by;
    local_initialised += by;
    local_zero[99] = 1;
}
int library_alignment(void);
int library_alignment(void) {
    return (int)((unsigned long)&wide % 64) + (wide != 0x1234567);
}
int *library_address(void);
int *library_address(void) {
    return &initialised;
}
