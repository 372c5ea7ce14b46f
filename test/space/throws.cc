// C++ exceptions, a library opened at run time, and containers that allocate: for watch.c.
#include <dlfcn.h>

#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

static int deep(int level) {
    std::vector<char> memory(static_cast<size_t>(level) * 100000);
    if (level == 12)
        throw std::runtime_error("twelve");
    return deep(level + 1) + memory[0];
}

int main() {
    std::map<std::string, std::string> words;
    for (int i = 0; i < 20000; ++i)
        words[std::to_string(i)] = std::string(100, 'x');
    void *library = dlopen("libm.so.6", RTLD_NOW);
    auto *cosine = reinterpret_cast<double (*)(double)>(library ? dlsym(library, "cos") : nullptr);
    try {
        return deep(1);
    } catch (const std::runtime_error &error) {
        std::printf("%zu words, cos 0 = %.0f, caught %s\n", words.size(), cosine ? cosine(0) : -1, error.what());
    }
    return dlclose(library);
}
