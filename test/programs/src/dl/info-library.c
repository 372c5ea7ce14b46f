/* Has a thread-local variable, and a search path of its own. */
__thread int thread_number = 17;
int library_function(void);
int library_function(void) {
    return thread_number;
}
