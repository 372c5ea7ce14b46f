/* Compares libc's code with its file, and names the functions that differ. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void compare(const unsigned char *code, const unsigned char *file, size_t size) {
  const void *last = NULL;
  for (size_t i = 0; i < size; i++) {
    Dl_info info;
    if (code[i] == file[i] || dladdr(code + i, &info) == 0 || info.dli_saddr == last)
      continue;
    last = info.dli_saddr;
    printf("changed %s\n", info.dli_sname);
  }
}

static int look(struct dl_phdr_info *info, size_t size, void *found) {
  if (strstr(info->dlpi_name, "libc.so.6") == NULL)
    return 0;
  (void)size;
  int fd = open(info->dlpi_name, O_RDONLY);
  const unsigned char *file = mmap(NULL, lseek(fd, 0, SEEK_END), PROT_READ, MAP_PRIVATE, fd, 0);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    if (header->p_type == PT_LOAD && (header->p_flags & PF_X) != 0 && file != MAP_FAILED)
      compare((const unsigned char *)info->dlpi_addr + header->p_vaddr, file + header->p_offset,
              header->p_filesz);
  }
  *(int *)found = file != MAP_FAILED;
  return 0;
}

int main(void) {
  int found = 0;
  dl_iterate_phdr(look, &found);
  puts(found ? "compared" : "no libc");
  return !found;
}
