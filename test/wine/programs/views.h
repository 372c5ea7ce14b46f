/* What Windows thinks is mapped in a process, and what is free. */
#include <stdio.h>
#include <windows.h>

/* Prints it: `view=START SIZE`. */
__attribute__((unused)) static void print_views(HANDLE process) {
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

/* Prints how much of this process is free, and the largest piece, as VirtualQuery says: `free_mb=`, `largest_free_mb=`. */
__attribute__((unused)) static void print_free(void) {
    MEMORY_BASIC_INFORMATION info;
    ULONGLONG total = 0, largest = 0;
    for (char *at = NULL; VirtualQuery(at, &info, sizeof info) == sizeof info;) {
        if (info.State == MEM_FREE) {
            total += info.RegionSize;
            largest = info.RegionSize > largest ? info.RegionSize : largest;
        }
        char *next = (char *)info.BaseAddress + info.RegionSize;
        if (next <= at) {
            break;
        }
        at = next;
    }
    printf("free_mb=%.1f\nlargest_free_mb=%.1f\n", (double)total / 1048576, (double)largest / 1048576);
}
