/* What the linker that is named prints of its auxiliary vector, but for addresses and what differs
 * between starts. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int differs(const char *line) {
    static const char *const names[] = {
        "PHDR:", "PHNUM:", "BASE:", "ENTRY:", "EXECFN:", "RANDOM:", "SYSINFO:", "SYSINFO_EHDR:"};
    int found = strncmp(line, "AT_", 3) != 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        found |= strncmp(line + 3, names[i], strlen(names[i])) == 0;
    return found;
}

int main(int argc, char **argv) {
    char command[4096], line[1024];
    snprintf(command, sizeof command, "LD_SHOW_AUXV=1 '%s' --version", argv[argc - 1]);
    FILE *shown = popen(command, "r");
    if (shown == NULL)
        return 1;
    while (fgets(line, sizeof line, shown) != NULL)
        if (!differs(line))
            fputs(line, stdout);
    return pclose(shown);
}
