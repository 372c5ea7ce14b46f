/* Comes first in the scope with a weak definition. */
const char *chosen(void);
__attribute__((weak)) const char *chosen(void) {
    return "weak of first";
}
