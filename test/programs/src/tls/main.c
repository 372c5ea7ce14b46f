/* Thread-local storage of program and library in four threads; values are each thread's own. */
#include <pthread.h>

#include "check.h"

extern __thread int initialised;
extern __thread int zero;
int library_sum(void);
void library_change(int by);
int library_alignment(void);
int *library_address(void);
static __thread int own = 5;
static __thread int own_zero;
__thread char own_aligned[3] __attribute__((aligned(128))) = "ab";

static void *use(void *argument) {
    int by = *(int *)argument;
    CHECK(own == 5 && own_zero == 0 && initialised == 42 && zero == 0);
    CHECK((unsigned long)own_aligned % 128 == 0 && own_aligned[1] == 'b');
    CHECK(library_sum() == 49);
    CHECK(library_alignment() == 0);
    CHECK(library_address() == &initialised);
    library_change(by);
    own += by;
    CHECK(initialised == 42 + by && zero == by);
    CHECK(library_sum() == 50 + 3 * by);
    return NULL;
}

int main(void) {
    int numbers[4] = {1, 20, 300, 4000};
    pthread_t threads[3];
    for (int index = 0; index < 3; index++)
        pthread_create(&threads[index], NULL, use, &numbers[index]);
    for (int index = 0; index < 3; index++)
        pthread_join(threads[index], NULL);
    use(&numbers[3]);
    CHECK(own == 4005);
    return check_status();
}
