/* Opened by life.c: TLS of its own, a constructor, a destructor. */
#include <stdio.h>
#include <stdlib.h>

static __thread int calls = 40;
static __thread char room[5000] = "room";

__attribute__((constructor)) static void begin(void) {
    calls++;
}
__attribute__((destructor)) static void end(void) {
    free(malloc(10));
}

int opened_call(void) {
    room[4000]++;
    return ++calls + room[4000];
}
