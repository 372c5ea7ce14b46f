/* Data that a non-PIE program reaches through COPY relocations. */
int numbers[4] = {1, 2, 3, 4};
const char *word = "library";
char buffer[5000];
int *where_numbers(void);
int *where_numbers(void) {
    return numbers;
}
void change(int index, int value);
void change(int index, int value) {
    numbers[index] = value;
}
const char **where_word(void);
const char **where_word(void) {
    return &word;
}
