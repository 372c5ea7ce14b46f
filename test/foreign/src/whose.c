/* Says which linker this program runs under. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
  puts(dlsym(RTLD_DEFAULT, "wine_ld_version") ? "wine-ld" : "glibc");
  return 0;
}
