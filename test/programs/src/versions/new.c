/* The library as it is now: an old, a middle (both hidden) and a default version of one function.
 */
int answer_1(void);
int answer_2(void);
int answer_3(void);
int only_new(void);
__attribute__((symver("answer@V1"))) int answer_1(void) {
    return 1;
}
__attribute__((symver("answer@V2"))) int answer_2(void) {
    return 2;
}
__attribute__((symver("answer@@V3"))) int answer_3(void) {
    return 3;
}
int only_new(void) {
    return 33;
}
