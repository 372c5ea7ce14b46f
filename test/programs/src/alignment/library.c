/* Says at which alignment its functions are called, and uses a vector on the stack in each. */
#include <stdint.h>

void say(const char *what, unsigned long alignment);

/* The stack pointer at the call, which a function sees above its frame pointer. */
#define SAY(what) say(what, ((uintptr_t)__builtin_frame_address(0) + 2 * sizeof(long)) % 16)

typedef float vector __attribute__((vector_size(16)));

/* movaps faults where the stack is not aligned. */
__attribute__((noinline)) static void use_vector(void) {
    volatile vector local = {1, 2, 3, 4};
    local = local + local;
}

__attribute__((constructor, noinline)) static void constructor(void) {
    use_vector();
    SAY("init_array");
}
__attribute__((destructor, noinline)) static void destructor(void) {
    use_vector();
    SAY("fini_array");
}
__attribute__((noinline)) void first_of_all(void) {
    use_vector();
    SAY("init");
}
__attribute__((noinline)) void last_of_all(void) {
    use_vector();
    SAY("fini");
}
void function(void) {
    use_vector();
    SAY("a function that is bound lazily");
}
