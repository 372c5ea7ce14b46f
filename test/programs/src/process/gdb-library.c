/* The function that the debugger stops in. */
int stop_here(int x);
__attribute__((noinline)) int stop_here(int x) {
    return x + 1;
}
