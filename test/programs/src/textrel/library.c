/* Code with absolute and PC-relative references that need relocating in place. */
int number = 5;
int helper(int x);
int use_helper(int x);
int *address_of_number(void);
int helper(int x) {
    return x + number;
}
int use_helper(int x) {
    return helper(x) * 2;
}
int *address_of_number(void) {
    return &number;
}
int (*pointer_in_text(void))(int);
__asm__(".text\n.global text_word\n.type text_word,@object\n.size text_word," WORD_SIZE
        "\ntext_word:\n" WORD " helper\n");
