/* A library that needs the one that is looked for. */
int which(void);
int used(void);

int used(void) {
    return which();
}
