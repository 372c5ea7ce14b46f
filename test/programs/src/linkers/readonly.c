/* Relocations in a segment that is not writable (DT_TEXTREL): of pointers to data, to functions and
 * to IFUNCs, of this library's own and of everybody's. */
int total(int x);
__thread int shared_count = 4;

static int plain(int x) {
    return x + 1;
}
static int (*resolve(void))(int) {
    return plain;
}
int indirect(int x) __attribute__((ifunc("resolve")));
int own(int x) __attribute__((ifunc("resolve"), visibility("hidden")));
int number = 30;

#if __SIZEOF_POINTER__ == 8
#define WORD ".quad "
#else
#define WORD ".long "
#endif
asm(".section .rodata.pointers,\"a\"\n"
    ".balign 8\n"
    "pointers: " WORD "number\n" WORD "indirect\n" WORD "own\n"
    ".previous");
extern const struct {
    int *data;
    int (*everybodys)(int), (*own)(int);
} pointers __attribute__((visibility("hidden")));

int total(int x) {
    return *pointers.data + pointers.everybodys(x) + pointers.own(x) + shared_count;
}
