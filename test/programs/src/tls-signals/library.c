/* An image so large that filling a thread's block takes a while. */
__thread char image[8 << 20] = {1};
__thread int counter = 1;

int *where(void);
int *where(void) {
    return &counter;
}
