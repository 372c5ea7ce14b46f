// Passes exceptions through, with an object to destroy on the way.
#include <cstdio>
#include <stdexcept>
void throw_here(int kind);
void through(int kind);
namespace {
struct Guard {
    ~Guard() { std::puts("guard destroyed"); }
};
}
void through(int kind)
{
    Guard guard;
    try {
        throw_here(kind);
    } catch (const std::logic_error &error) {
        std::printf("middle rethrows %s\n", error.what());
        throw;
    }
}
