/* "refuse RULE WHAT PROGRAM ARGUMENTS": starts a program under the filter of refuse.h. */
#include "refuse.h"

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 4 || refuse(argv[1], argv[2]) != 0) {
        perror("refuse");
        return 125;
    }
    execv(argv[3], argv + 3);
    perror(argv[3]);
    return 126;
}
