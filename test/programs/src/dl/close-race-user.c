/* Calls a function that it does not define and that nothing it needs defines. */
int chosen(void);

int call_chosen(void);
int call_chosen(void) {
    return chosen();
}
