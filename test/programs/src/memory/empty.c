/* Nothing but a function. */
int nothing(void);
int nothing(void) {
    return 0;
}
