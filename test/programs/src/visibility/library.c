/* Symbols that a library binds to itself, and one that may be interposed. */
__attribute__((visibility("protected"))) int protected_function(void) {
    return 1;
}
__attribute__((visibility("hidden"))) int hidden_function(void) {
    return 1;
}
int plain_function(void);
int plain_function(void) {
    return 1;
}
int plain_data = 1;
int sum_of_calls(void);
int sum_of_calls(void) {
    return 100 * protected_function() + 10 * hidden_function() + plain_function();
}
int read_data(void);
int read_data(void) {
    return plain_data;
}
void *address_of_protected(void);
void *address_of_protected(void) {
    return (void *)protected_function;
}
