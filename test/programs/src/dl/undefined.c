/* Needs a function that nobody has. */
int nobody_has_this(void);
int use_it(void);
int use_it(void) {
    return nobody_has_this();
}
