/* Linked against the old library: asks for answer@V1 at run time. */
int answer(void);
int user_answer(void);
int user_answer(void) {
    return answer();
}
