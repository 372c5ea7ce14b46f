/* dlopen and dlclose in eight threads, while others allocate; then a child. Argument: how often. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPENERS 8
#define THREADS 12

static char names[OPENERS][64];
static int rounds;
static int failed;

static void fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  __atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
}

static void *open_and_close(void *name) {
  for (int i = 0; i < rounds; i++) {
    void *handle = dlopen(name, RTLD_NOW);
    if (handle == NULL) {
      fail(dlerror());
      continue;
    }
    int (*answer)(int) = (int (*)(int))dlsym(handle, "answer");
    if (answer == NULL || answer(i) != i)
      fail("wrong answer");
    dlclose(handle);
  }
  return NULL;
}

static void *allocate(void *none) {
  for (int i = 0; i < 300; i++) {
    size_t size = (size_t)1 << (i % 22);
    char *block = malloc(size);
    if (block == NULL) {
      fail("no memory");
      continue;
    }
    memset(block, 1, size);
    free(block);
  }
  return none;
}

int main(int count, char **arguments) {
  pthread_t threads[THREADS];
  rounds = count > 1 ? atoi(arguments[1]) : 20;
  for (int i = 0; i < OPENERS; i++)
    snprintf(names[i], sizeof names[i], "./answer%d.so", i);
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, i < OPENERS ? open_and_close : allocate,
                   i < OPENERS ? names[i] : NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  pid_t child = fork();
  if (child == 0) {
    rounds = 1;
    open_and_close(names[0]);
    _exit(failed != 0);
  }
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    fail("child");
  printf("failed %d\n", failed);
  return failed != 0;
}
