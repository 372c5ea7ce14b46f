/* The address space as a Windows program sees it. One figure per run, printed as `name=value` lines:
 *   space.exe largest        the largest block that VirtualAlloc gives, to 64 KiB
 *   space.exe blocks KIB     how much VirtualAlloc gives in blocks of this size
 *   space.exe topdown        where MEM_TOP_DOWN puts a block, and whether a fixed address can be had again
 *   space.exe free           what VirtualQuery calls free
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "views.h"

#define GRANULARITY 0x10000u
#define TWO_GIB 0x80000000ull

static void *reserve(SIZE_T size, DWORD flags) {
    return VirtualAlloc(NULL, size, MEM_RESERVE | flags, PAGE_NOACCESS);
}

static int largest(void) {
    SIZE_T low = 0, high = sizeof(void *) == 8 ? (SIZE_T)1 << 16 : 0xffff;
    while (low < high) {
        SIZE_T middle = low + (high - low + 1) / 2;
        void *block = reserve(middle * GRANULARITY, 0);
        if (block != NULL) {
            VirtualFree(block, 0, MEM_RELEASE);
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    void *block = reserve(low * GRANULARITY, 0);
    printf("largest_mb=%.1f\n", (double)low / 16);
    printf("at=%p\n", block);
    return 0;
}

static int blocks(unsigned long kib, unsigned long long most) {
    SIZE_T size = (SIZE_T)kib << 10;
    unsigned long long count = 0, high = 0;
    DWORD begin = GetTickCount();
    while (count * size < most) {
        char *block = reserve(size, 0);
        if (block == NULL) {
            break;
        }
        ++count;
        high += (ULONG_PTR)block + size > TWO_GIB;
    }
    printf("blocks=%llu\n", count);
    printf("total_mb=%.1f\n", (double)(count * size) / 1048576);
    printf("above_2gib=%llu\n", high);
    printf("ms=%lu\n", GetTickCount() - begin);
    return 0;
}

static int topdown(void) {
    void *low = reserve(GRANULARITY, 0), *high = reserve(GRANULARITY, MEM_TOP_DOWN);
    VirtualFree(high, 0, MEM_RELEASE);
    void *again = VirtualAlloc(high, GRANULARITY, MEM_RESERVE, PAGE_NOACCESS);
    void *taken = VirtualAlloc(high, GRANULARITY, MEM_RESERVE, PAGE_NOACCESS);
    printf("ordered=%d\n", low < high);
    printf("again=%d\n", again == high);
    printf("taken=%d\n", taken == NULL && GetLastError() == ERROR_INVALID_ADDRESS);
    return 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "largest") == 0) {
        return largest();
    }
    if (strcmp(command, "blocks") == 0 && argc == 3) {
        return blocks(strtoul(argv[2], NULL, 10), sizeof(void *) == 8 ? 16ull << 30 : ~0ull);
    }
    if (strcmp(command, "topdown") == 0) {
        return topdown();
    }
    if (strcmp(command, "free") == 0) {
        print_free();
        return 0;
    }
    fprintf(stderr, "usage: space largest|blocks KIB|topdown|free\n");
    return 2;
}
