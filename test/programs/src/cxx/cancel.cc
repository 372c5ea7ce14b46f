// pthread_exit and pthread_cancel unwind through C++ frames; libc opens libgcc_s for that by itself.
#include <cstdio>
#include <pthread.h>
#include <unistd.h>
namespace {
struct Guard {
    const char *name;
    ~Guard() { std::printf("unwound %s\n", name); }
};
void *exits(void *)
{
    Guard guard{"exit"};
    pthread_exit(reinterpret_cast<void *>(7));
}
void *waits(void *)
{
    Guard guard{"cancel"};
    for (;;)
        pause();
}
}
int main()
{
    pthread_t first, second;
    void *result = nullptr;
    pthread_create(&first, nullptr, exits, nullptr);
    pthread_join(first, &result);
    std::printf("result %ld\n", reinterpret_cast<long>(result));
    pthread_create(&second, nullptr, waits, nullptr);
    pthread_cancel(second);
    pthread_join(second, &result);
    std::printf("cancelled %d\n", result == PTHREAD_CANCELED);
    Guard guard{"main"};
    pthread_exit(nullptr);
}
