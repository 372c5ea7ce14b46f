/* Where a driver's mappings go that a guest program may be shown: shown small|large|wide|none [NAME]. The guest's library
 * maps a program of that kind first; then a driver maps a device, an object called NAME, and an object called otherwise.
 * Prints for each how the address lies: `low` below 2 GiB, `high` below 4 GiB, `far` elsewhere, and `lowest` if there was
 * no lower room. */
#define _GNU_SOURCE
#include "driver.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

enum { SLOT = 1 << 16, HEADER = 0x40, MIB = 1 << 20 };

/* What is kept, as wine's loader has it; exported. */
void *wine_main_preload_info;

/* A file with the header of a Windows program, or a library. */
static int program_file(uint16_t machine, uint16_t characteristics) {
    char file[4096] = "MZ";
    const uint32_t at = HEADER;
    memcpy(file + 0x3c, &at, sizeof at);
    memcpy(file + HEADER, "PE\0\0", 4);
    memcpy(file + HEADER + 4, &machine, sizeof machine);
    memcpy(file + HEADER + 22, &characteristics, sizeof characteristics);
    int fd = memfd_create("program", 0);
    CHECK(fd >= 0 && write(fd, file, sizeof file) == sizeof file, "%s", strerror(errno));
    return fd;
}

static void see_program(const char *kind) {
    enum { LIBRARY = 0x2102, PROGRAM = 0x0102, LARGE = 0x0020, I386 = 0x14c, AMD64 = 0x8664 };
    int large = strcmp(kind, "large") == 0, wide = strcmp(kind, "wide") == 0;
    CHECK(guest_map_file(program_file(I386, LIBRARY | LARGE), 4096) != MAP_FAILED, "%s", strerror(errno));
    if (strcmp(kind, "none") == 0)
        return;
    int fd = program_file(wide ? AMD64 : I386, (uint16_t)(PROGRAM | (large || wide ? LARGE : 0)));
    CHECK(guest_map_file(fd, 4096) != MAP_FAILED, "%s", strerror(errno));
}

/* The lowest room from 64 KiB upwards, by the kernel's list. */
static uintptr_t lowest_room(size_t size) {
    char line[512];
    uintptr_t start, end, at = SLOT;
    FILE *list = fopen("/proc/self/maps", "r");
    CHECK(list != NULL, "%s", strerror(errno));
    while (fgets(line, sizeof line, list) != NULL && sscanf(line, "%lx-%lx", &start, &end) == 2) {
        if (start >= at + size)
            break;
        at = end > at ? (end + SLOT - 1) & ~(uintptr_t)(SLOT - 1) : at;
    }
    fclose(list);
    return at;
}

static void show(const char *what, int fd, size_t size) {
    uintptr_t lowest = lowest_room(size);
    uintptr_t got = (uintptr_t)driver_map(fd, size);
    CHECK(got != (uintptr_t)MAP_FAILED, "%s: %s", what, strerror(errno));
    *(volatile char *)got = 1;
    uint64_t end = got + size;
    printf("%s: %s%s\n", what, end <= 0x7fff0000 ? "low" : end <= 0xffff0000 ? "high" : "far",
           got == lowest ? ", lowest" : "");
}

static int object(const char *name) {
    int fd = memfd_create(name, 0);
    CHECK(fd >= 0 && ftruncate(fd, MIB) == 0, "%s", strerror(errno));
    return fd;
}

int main(int argc, char **argv) {
    int device = open("/dev/zero", O_RDWR);
    CHECK(argc > 2 && device >= 0, "usage: shown small|large|wide|none NAME");
    setvbuf(stdout, NULL, _IONBF, 0);
    see_program(argv[1]);
    show("device", device, MIB);
    show("large device", device, 256 * (size_t)MIB);
    show("another", device, 256 * (size_t)MIB);
    show("object", object(argv[2]), MIB);
    show("other object", object("nobody"), MIB);
    return 0;
}
