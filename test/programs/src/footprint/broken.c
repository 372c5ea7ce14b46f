int nobody_defines_this(void);
int broken(void) {
    return nobody_defines_this();
}
