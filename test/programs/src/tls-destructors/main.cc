// Destructors of thread-local objects: at thread end, before the library goes, in reverse order.
#include <cstdio>
#include <dlfcn.h>
#include <pthread.h>
#include <thread>

struct Own {
    ~Own() { std::puts("destroyed own"); }
};
static thread_local Own own;

static void key_destructor(void *text)
{
    std::printf("key destructor %s\n", static_cast<const char *>(text));
}

int main()
{
    void *library = dlopen("liblibrary.so", RTLD_NOW);
    auto touch = reinterpret_cast<void (*)()>(dlsym(library, "touch"));
    pthread_key_t key;
    pthread_key_create(&key, key_destructor);
    static char text[] = "value";
    std::thread([&] {
        pthread_setspecific(key, text);
        (void)&own;
        touch();
        dlclose(library);
        std::printf("still loaded: %d\n", dlopen("liblibrary.so", RTLD_NOW | RTLD_NOLOAD) != nullptr);
        dlclose(library);
    }).join();
    std::printf("loaded after the thread: %d\n", dlopen("liblibrary.so", RTLD_NOW | RTLD_NOLOAD) != nullptr);
    return 0;
}
