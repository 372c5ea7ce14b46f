// Exceptions through three libraries, needed and opened, in threads, nested, and stored.
#include <cstdio>
#include <dlfcn.h>
#include <exception>
#include <stdexcept>
#include <thread>
#include <typeinfo>

static void guarded(void (*function)(int), int kind)
{
    try {
        function(kind);
    } catch (const std::exception &error) {
        std::printf("caught %s: %s\n", typeid(error).name(), error.what());
    } catch (int number) {
        std::printf("caught %d\n", number);
    }
}

#ifdef OPENED
static void *library;
static void through(int kind)
{
    reinterpret_cast<void (*)(int)>(dlsym(library, "_Z7throughi"))(kind);
}
#else
void through(int kind);
#endif

int main()
{
#ifdef OPENED
    library = dlopen("libmiddle.so", RTLD_LAZY);
    if (library == nullptr) {
        std::puts(dlerror());
        return 1;
    }
#endif
    for (int kind = 0; kind < 3; kind++)
        guarded(through, kind);
    std::thread([] { guarded(through, 2); }).join();
    std::exception_ptr kept;
    try {
        through(0);
    } catch (...) {
        kept = std::current_exception();
    }
    std::thread([&] {
        try {
            std::rethrow_exception(kept);
        } catch (const std::runtime_error &error) {
            std::printf("kept %s\n", error.what());
        }
    }).join();
#ifdef OPENED
    kept = nullptr;
    dlclose(library);
    library = dlopen("libmiddle.so", RTLD_NOW);
    guarded(through, 0);
#endif
    return 0;
}
