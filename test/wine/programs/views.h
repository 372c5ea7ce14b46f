/* What Windows thinks is mapped in a process. */
#include <stdio.h>
#include <windows.h>

/* Prints it: `view=START SIZE`. */
static void print_views(HANDLE process) {
    MEMORY_BASIC_INFORMATION info;
    for (char *at = NULL; VirtualQueryEx(process, at, &info, sizeof info) == sizeof info;) {
        /* wine pretends that what it has not reserved is: such a range has a protection though reserved. */
        int pretended = info.State == MEM_RESERVE && info.Protect != 0;
        if (info.State != MEM_FREE && !pretended) {
            printf("view=%p %llx\n", info.BaseAddress, (unsigned long long)info.RegionSize);
        }
        char *next = (char *)info.BaseAddress + info.RegionSize;
        if (next <= at) {
            break;
        }
        at = next;
    }
}
