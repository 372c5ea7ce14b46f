/* A library of some size, for a base of its own; it needs no other. */
static volatile char data[8 << 20];
__declspec(dllexport) int answer(void) {
    data[sizeof data - 1] = 42;
    return data[sizeof data - 1];
}
