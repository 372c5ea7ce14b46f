// A template's static member is STB_GNU_UNIQUE: one in the process, even across RTLD_LOCAL.
template <typename T> struct Counter {
    static int value;
};
template <typename T> int Counter<T>::value = 0;

extern "C" int *counter_of_this_library()
{
    return &Counter<int>::value;
}
extern "C" int count()
{
    return ++Counter<int>::value;
}
