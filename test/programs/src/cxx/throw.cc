// Throws.
#include <stdexcept>
#include <string>
void throw_here(int kind);
void throw_here(int kind)
{
    std::string text = "kind " + std::to_string(kind);
    if (kind == 0)
        throw std::runtime_error(text);
    if (kind == 1)
        throw kind;
    throw std::logic_error(text);
}
