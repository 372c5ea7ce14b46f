// A class of a library, derived in the program; dynamic_cast and streams.
#include "rtti.h"

#include <iostream>
#include <map>
#include <sstream>
struct Square : Shape {
    int area() const override { return 9; }
};
int main()
{
    Square square;
    Shape *made = make_shape();
    std::ostringstream text;
    text << describe(square) << ' ' << describe(*made) << ' ' << (dynamic_cast<Square *>(made) == nullptr);
    std::cout << text.str() << std::endl;
    std::map<std::string, double> values{{"half", 0.5}, {"third", 1.0 / 3}};
    for (const auto &[name, value] : values)
        std::cout << name << '=' << value << '\n';
    delete made;
    try {
        std::stoi("nothing");
    } catch (const std::invalid_argument &error) {
        std::cerr << error.what() << '\n';
    }
    return std::cout.good() ? 0 : 1;
}
