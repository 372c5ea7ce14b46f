/* One of several libraries of the same name: says which one it is. */
int which(void);

int which(void) {
    return WHICH;
}
