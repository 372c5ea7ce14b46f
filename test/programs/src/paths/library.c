/* Tells which copy of the library it is. */
const char *JOINED(void);
const char *JOINED(void) {
    return WHERE;
}
