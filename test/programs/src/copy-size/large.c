/* The array as it is now: larger than the program's copy. */
int numbers[4] = {11, 12, 13, 14};
