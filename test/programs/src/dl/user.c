/* Calls what it does not define nor need: found only in the global scope. */
const char *shared_name(void);
const char *ask(void);
const char *ask(void) {
    return shared_name();
}
