/* The library as it was: one version. */
int answer(void);
int answer(void) {
    return 1;
}
