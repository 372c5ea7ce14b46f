/* The address space as the rest of the linker sees it. First form: the kernel chooses. */
#include "space/space.h"

#include "space/kernel.h"
#include "system.h"


static size_t page_size;
static int *(*errno_location)(void);

void space_init(size_t size) {
    page_size = size;
}

static intptr_t claim_anywhere(size_t size, size_t align) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    intptr_t got = kernel_map(0, size + align - page_size, PROT_NONE, flags, -1, 0);
    if (got < 0 && got > -4096) return got;
    uintptr_t start = ((uintptr_t)got + align - 1) & -align;
    uintptr_t end = (uintptr_t)got + size + align - page_size;
    if (start > (uintptr_t)got) kernel_unmap((uintptr_t)got, start - (uintptr_t)got);
    if (end > start + size) kernel_unmap(start + size, end - start - size);
    return (intptr_t)start;
}

intptr_t space_claim(uintptr_t fixed, size_t size, size_t align, void *owner) {
    (void)owner;
    if (!fixed) return claim_anywhere(size, align);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    return kernel_map(fixed, size, PROT_NONE, flags, -1, 0);
}

intptr_t space_map_claimed(uintptr_t address, size_t size, int prot, int flags, int fd,
                           uint64_t offset, void *owner) {
    (void)owner;
    if (fd < 0) flags |= MAP_ANONYMOUS;
    return kernel_map(address, size, prot, flags | MAP_FIXED, fd, offset);
}

int space_release(uintptr_t address, size_t size) {
    return kernel_unmap(address, size);
}

intptr_t space_allocate(size_t size) {
    size = (size + page_size - 1) & -page_size;
    return kernel_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

intptr_t space_map_file(int fd, size_t size) {
    return kernel_map(0, size, PROT_READ, MAP_PRIVATE, fd, 0);
}

int space_unmap(uintptr_t address, size_t size) {
    return kernel_unmap(address, size);
}

int space_protect(uintptr_t address, size_t size, int prot) {
    return kernel_protect(address, size, prot);
}

uintptr_t space_hook(const char *name) {
    (void)name;
    return 0;
}

const char *space_patch_library(const char *soname, uintptr_t (*find)(void *, const char *),
                                void *library) {
    (void)soname, (void)find, (void)library;
    return 0;
}

void space_set_errno_location(int *(*location)(void)) {
    errno_location = location;
    (void)errno_location;
}
