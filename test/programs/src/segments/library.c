/* A large zero-initialised part, initialised data before it, and a far aligned block. */
char zeroes[3 * 1024 * 1024 + 17];
char begins[] = "begins";
_Alignas(8192) char aligned[10] = "aligned";
int check_segments(void);
int check_segments(void) {
    for (unsigned long index = 0; index < sizeof zeroes; index += 509)
        if (zeroes[index] != 0)
            return 1;
    zeroes[sizeof zeroes - 1] = 1;
    return (unsigned long)aligned % 8192 != 0 || begins[0] != 'b' || aligned[0] != 'a';
}
