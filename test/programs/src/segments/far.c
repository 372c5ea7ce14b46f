/* A segment that lies far from the others: what is between them is the program's to use. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

#define BETWEEN ((void *)0x20000000)

__attribute__((section(".far"))) int far_away = 42;

int main(void) {
    void *got = mmap(BETWEEN, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    printf("%d, between %s\n", far_away++, got == BETWEEN ? "free" : "taken");
    printf("%d\n", far_away);
    return 0;
}
