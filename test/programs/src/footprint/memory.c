/* How much memory of its own a process has when its program begins, in KiB: `NAME KIB` for each kind that the kernel counts. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    static char text[8192];
    int file = open("/proc/self/smaps_rollup", O_RDONLY);
    ssize_t size = read(file, text, sizeof text - 1);
    for (char *line = strtok(text, "\n"); size > 0 && line != NULL; line = strtok(NULL, "\n")) {
        int amount;
        if (sscanf(line, "Private_Dirty: %d", &amount) == 1)
            printf("Private_Dirty %d\n", amount);
    }
    return 0;
}
