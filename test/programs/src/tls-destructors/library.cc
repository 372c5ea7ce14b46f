// A library whose thread-local objects have destructors: it stays loaded until they have run.
#include <cstdio>

struct Noisy {
    const char *name;
    explicit Noisy(const char *text) : name(text) { std::printf("made %s\n", name); }
    ~Noisy() { std::printf("destroyed %s\n", name); }
};
extern "C" void touch()
{
    static thread_local Noisy first("first of library"), second("second of library");
    std::printf("touch %c%c\n", first.name[0], second.name[0]);
}
__attribute__((destructor)) static void end()
{
    std::puts("library ends");
}
