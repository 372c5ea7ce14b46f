/* What the probe opens: constructor and destructor, a symbol that needs libm, thread-local storage
 * of two models. */
#include <math.h>
#include <stdio.h>

int library_number(void);
int library_thread(void);
int library_initial(void);

static _Thread_local int dynamic_word = 100;
static _Thread_local int initial_word __attribute__((tls_model("initial-exec"))) = 1000;
static volatile double base = 41.0;

__attribute__((constructor)) static void begin(void) {
    puts("library: begin");
}

__attribute__((destructor)) static void end(void) {
    puts("library: end");
}

int library_number(void) {
    return (int)pow(base, 1.0) + 1;
}

int library_thread(void) {
    return dynamic_word++;
}

int library_initial(void) {
    return initial_word++;
}
