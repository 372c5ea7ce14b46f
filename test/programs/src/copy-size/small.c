/* The array as it was when the program was linked. */
int numbers[2] = {1, 2};
