// Shared between rtti.cc and shapes.cc.
#pragma once
#include <string>
struct Shape {
    virtual ~Shape();
    virtual int area() const = 0;
};
Shape *make_shape();
std::string describe(const Shape &shape);
