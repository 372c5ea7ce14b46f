/* A library of the same name that has no versions at all. */
int answer(void);
int answer(void) {
    return 9;
}
