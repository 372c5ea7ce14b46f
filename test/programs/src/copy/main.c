/* COPY relocations: the program and the library see one object, initialised from the library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

extern int numbers[4];
extern const char *word;
extern char buffer[5000];
int *where_numbers(void);
void change(int index, int value);
const char **where_word(void);

int main(void) {
    CHECK(numbers[0] == 1 && numbers[3] == 4);
    CHECK(where_numbers() == numbers);
    change(2, 30);
    CHECK(numbers[2] == 30);
    CHECK(strcmp(word, "library") == 0 && where_word() == &word);
    CHECK(buffer[4999] == 0);
    CHECK(dlsym(RTLD_DEFAULT, "numbers") == (void *)numbers);
    CHECK(environ != NULL && stdout != NULL);
    return check_status();
}
