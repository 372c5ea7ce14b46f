/* Many relative relocations: packed into DT_RELR, words and bitmaps. */
static int values[64];
#define ROW(n) &values[n], &values[n + 1], &values[n + 2], &values[n + 3]
int *const table[] = {ROW(0),  0,       0,       ROW(8),  ROW(16), 0,      ROW(24),
                      ROW(32), ROW(40), ROW(48), ROW(60), ROW(0),  ROW(4), ROW(8),
                      ROW(12), ROW(16), ROW(20), ROW(24), ROW(28), ROW(32)};
static const char *names[] = {"alpha", "beta", "gamma"};
struct {
    char c;
    int *p;
    char d[200];
    int *q;
} sparse = {'c', &values[5], {0}, &values[6]};
int *base(void);
int *base(void) {
    return values;
}
const char *name(int index);
const char *name(int index) {
    return names[index];
}
int count(void);
int count(void) {
    return (int)(sizeof table / sizeof table[0]);
}
int *at(int index);
int *at(int index) {
    return table[index];
}
