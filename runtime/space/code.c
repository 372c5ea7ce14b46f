/* Two ways of writing into code. Knows what may refuse them; does not know what is written.
 *
 * The first is the process's memory as a file: the kernel copies the page and leaves the mapping as
 * it is, one for the kernel, for debuggers and for tracers, and nothing counts as writable data. It
 * is refused where /proc is not mounted, for a process that may not be dumped or whose main thread
 * has ended, and by kernels that were told so. Under an emulator it may be another address space's
 * file (qemu-user passes it on, and the program's address 0 lies elsewhere there): a write would
 * change other bytes, without a word. The second asks for the right to write besides the
 * others, on the pages concerned alone. Whoever forbids code that can be written (PR_SET_MDWE,
 * systemd, SELinux) refuses that before anything has changed. */
#include "space/code.h"

#include "space/page.h"
#include "space/space.h"
#include "base/system.h"
#include "base/text.h"

/* Whether the file has at an address what memory has there. */
static bool is_of_this_memory(int memory) {
    uintptr_t here = ~(uintptr_t)&here, there = 0;
    __asm__("" : "+m"(here));
    return system_pread(memory, &there, sizeof there, (uintptr_t)&here) == sizeof there &&
           there == here;
}

void code_open(struct code_writer *writer) {
    /* The main thread's, which has no memory after it has ended; but to open another thread's takes
     * the kernel longer. */
    writer->memory = system_open("/proc/self/mem", OPEN_READ_WRITE | OPEN_CLOEXEC);
    if (writer->memory >= 0 && !is_of_this_memory(writer->memory)) {
        system_close(writer->memory);
        writer->memory = -1;
    }
}

void code_close(const struct code_writer *writer) {
    if (writer->memory >= 0)
        system_close(writer->memory);
}

static bool write_by_file(int memory, uintptr_t at, const void *bytes, size_t size) {
    unsigned char before[CODE_LIMIT];
    memcpy(before, (const void *)at, size);
    if (memory < 0)
        return false;
    long written = system_pwrite(memory, bytes, size, at);
    if (written == (long)size)
        return true;
    if (written > 0) /* the end lies in a page that there was no memory for */
        system_pwrite(memory, before, (size_t)written, at);
    return false;
}

static bool write_by_right(uintptr_t at, const void *bytes, size_t size) {
    uintptr_t start = page_down(at), end = page_up(at + size);
    if (space_protect(start, end - start, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return false;
    memcpy((void *)at, bytes, size);
    /* Should this be refused, the page can be written to as well as run. The record is right: it is
     * changed by what the kernel did. */
    (void)space_protect(start, end - start, PROT_READ | PROT_EXEC);
    return true;
}

bool code_write(struct code_writer *writer, uintptr_t at, const void *bytes, size_t size) {
    return size <= CODE_LIMIT &&
           (write_by_file(writer->memory, at, bytes, size) || write_by_right(at, bytes, size));
}
