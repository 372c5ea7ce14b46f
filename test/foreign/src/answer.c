/* The library that is opened: thread-local storage, memory, a constructor and a destructor. */
#include <stdlib.h>

static _Thread_local int last;
static char *block;

__attribute__((constructor)) static void begin(void) { block = malloc(64); }
__attribute__((destructor)) static void end(void) { free(block); }

int answer(int number) {
  last = number;
  char *copy = malloc(sizeof number);
  *(int *)copy = last;
  int result = *(int *)copy;
  free(copy);
  return result;
}
