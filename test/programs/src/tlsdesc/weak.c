/* A weak undefined thread-local variable reached through a descriptor: its address is null. */
extern __thread int nowhere __attribute__((weak));
int weak_is_null(void);
int weak_is_null(void) {
    return &nowhere == 0;
}
