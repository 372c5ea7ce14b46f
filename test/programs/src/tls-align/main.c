/* Large TLS alignments in the program and in libraries, in several threads. */
#include <pthread.h>
#include <string.h>

#include "check.h"

void *library_page(void);
static __thread char odd = 'o';
__thread char big[70] __attribute__((aligned(1024))) = "big";
__thread int zeroes[40] __attribute__((aligned(256)));

static void *look(void *unused) {
    (void)unused;
    CHECK((unsigned long)big % 1024 == 0 && strcmp(big, "big") == 0);
    CHECK((unsigned long)zeroes % 256 == 0 && zeroes[39] == 0);
    CHECK((unsigned long)library_page() % 4096 == 0 && strcmp(library_page(), "library") == 0);
    CHECK(odd == 'o');
    zeroes[39] = 1;
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (int index = 0; index < 4; index++)
        pthread_create(&threads[index], NULL, look, NULL);
    for (int index = 0; index < 4; index++)
        pthread_join(threads[index], NULL);
    look(NULL);
    return check_status();
}
