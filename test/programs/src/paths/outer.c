/* Needs libinner.so, and has its own opinion (or none) about where that is. */
const char *inner(void);
const char *outer(void);
const char *outer(void) {
    return inner();
}
