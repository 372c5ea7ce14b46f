/* Comes second with a strong definition. */
const char *chosen(void);
const char *chosen(void) {
    return "strong of second";
}
