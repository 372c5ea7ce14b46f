/* A variable shorter than a word, of which the program has a copy. */
extern char tail;
char tail = 3;
