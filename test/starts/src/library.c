/* A library that needs nothing. */
int answer(void);
int answer(void) {
    return 42;
}
