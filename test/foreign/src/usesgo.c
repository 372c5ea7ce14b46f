/* Opens a library in Go, calls it, and opens another beside it. */
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
  void *library = dlopen("./libgosum.so", RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int (*sum)(int) = (int (*)(int))dlsym(library, "Sum");
  for (int i = 0; i < 20; i++) {
    if (sum(1000) != 28 * 499500)
      return 2;
    void *other = dlopen("./answer0.so", RTLD_NOW);
    if (other == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 3;
    }
    dlclose(other);
  }
  return 0;
}
