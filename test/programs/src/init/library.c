/* Every form of initialiser and finaliser that a library has, with the arguments they get. */
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

static void tell(const char *what, int argc, char **argv, char **envp) {
    printf("%s: %s argc %d last %s env %d\n", NAME, what, argc, argv[argc - 1], envp != NULL);
}
void old_init(int argc, char **argv, char **envp);
void old_init(int argc, char **argv, char **envp) {
    tell("DT_INIT", argc, argv, envp);
}
void old_fini(void);
void old_fini(void) {
    puts(NAME ": DT_FINI");
}
__attribute__((constructor(200))) static void second(int argc, char **argv, char **envp) {
    tell("constructor 200", argc, argv, envp);
}
__attribute__((constructor(150))) static void first(int argc, char **argv, char **envp) {
    tell("constructor 150", argc, argv, envp);
}
__attribute__((destructor(150))) static void last(void) {
    puts(NAME ": destructor 150");
}
__attribute__((destructor(200))) static void before_last(void) {
    puts(NAME ": destructor 200");
}
static void at_exit(void) {
    puts(NAME ": atexit");
}
__attribute__((constructor)) static void plain(void) {
    atexit(at_exit);
    puts(NAME ": constructor");
}
