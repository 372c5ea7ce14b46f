/* Many threads make the first call of the same functions at the same moment. */
#include <pthread.h>

#include "check.h"

double sum_of(int count, ...);
long double long_result(long double x);
static pthread_barrier_t barrier;

static void *call(void *wrong) {
    pthread_barrier_wait(&barrier);
    *(int *)wrong = sum_of(2, 1, 2.0) != 3.0 || long_result(1) != 2;
    return NULL;
}

int main(void) {
    pthread_t threads[16];
    int wrong[16];
    pthread_barrier_init(&barrier, NULL, 16);
    for (int index = 0; index < 16; index++)
        pthread_create(&threads[index], NULL, call, &wrong[index]);
    for (int index = 0; index < 16; index++) {
        pthread_join(threads[index], NULL);
        CHECK(wrong[index] == 0);
    }
    return check_status();
}
