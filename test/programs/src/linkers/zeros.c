/* Data, and memory without file bytes that a segment of its own holds: it begins in data's last
 * page. */
int *data(void);
int *zeros(void);
static int marker = 1234567;
static int cleared[3000];
int *data(void) {
    return &marker;
}
int *zeros(void) {
    return cleared;
}
