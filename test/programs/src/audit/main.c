/* Opens, looks up, calls and closes under the eyes of auditors. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int test_plain(void);
int test_changed(void);
double test_vector(double a, double b);

static void use(const char *name) {
    void *library = dlopen(name, RTLD_LAZY);
    printf("dlopen %s: %s\n", name, library != NULL ? "open" : "not open");
    if (library == NULL)
        return;
    int (*plain)(void) = (int (*)(void))dlsym(library, "test_plain");
    int (*changed)(void) = (int (*)(void))dlsym(library, "test_changed");
    printf("plain %d, changed %d\n", plain(), changed());
    dlclose(library);
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("plain %d, changed %d, vector %g\n", test_plain(), test_changed(), test_vector(7, 2));
    use("libopened.so");
    use("libasked.so");
    use("libforbidden.so");
    use("libhidden.so");
    use("libabsent.so");
    void *other = dlmopen(LM_ID_NEWLM, "libopened.so", RTLD_NOW);
    printf("another namespace: %s\n", other != NULL ? "open" : "not open");
    if (other != NULL)
        dlclose(other);
    return 0;
}
