/* Opened, closed and opened again. */
int one_value(void);

int one_value(void) {
    return 1;
}
