/* What the audited program calls and opens. */
int test_plain(void);
int test_changed(void);
double test_vector(double a, double b);
__thread int test_variable = ANSWER;

int test_plain(void) {
    return test_variable;
}

int test_changed(void) {
    return test_variable + 1;
}

double test_vector(double a, double b) {
    return a - b;
}
