/* What VirtualQuery calls free: `free=START SIZE` for each range, `end=ADDRESS` where it stops answering. Then waits
 * for a line, so that its mappings can be looked at. */
#include <stdio.h>
#include <windows.h>

int main(void) {
    MEMORY_BASIC_INFORMATION info;
    char line[16], *at = NULL;
    /* Everything that printing needs is there before it is looked at. */
    printf("begin=1\n");
    while (VirtualQuery(at, &info, sizeof info) == sizeof info) {
        if (info.State == MEM_FREE) {
            printf("free=%p %llx\n", info.BaseAddress, (unsigned long long)info.RegionSize);
        }
        char *next = (char *)info.BaseAddress + info.RegionSize;
        if (next <= at) {
            break;
        }
        at = next;
    }
    printf("end=%p\nready=1\n", at);
    fflush(stdout);
    fgets(line, sizeof line, stdin);
    return 0;
}
