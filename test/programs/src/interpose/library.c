/* Calls a function that the program defines too. */
const char *who(void);
const char *ask(void);
const char *who(void) {
    return "library";
}
const char *ask(void) {
    return who();
}
