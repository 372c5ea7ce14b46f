/* A program that writes the state it was started with to standard output: all its readable memory,
 * the kernel's list of mappings, the entry registers and the thread pointer. It knows no struct of
 * glibc: what the bytes mean is decided by whoever reads them. Nothing runs before it, it calls no
 * library. */
#include <stddef.h>
#include <stdint.h>

enum { REGISTER_COUNT = 8, RANGE_LIMIT = 1024, MAPS_LIMIT = 1 << 17 };

/* A piece of memory and where it begins in the output. */
struct range {
    uint64_t start;
    uint64_t size;
    uint64_t offset;
};

/* The last bytes of the output. */
struct footer {
    uint64_t maps_offset;
    uint64_t maps_size;
    uint64_t ranges_offset;
    uint64_t range_count;
    uint64_t stack_pointer;
    uint64_t thread_pointer;
    uint64_t registers[REGISTER_COUNT];
    uint64_t word_size;
    char magic[8];
};

_Noreturn void snapshot(const uintptr_t *registers, uintptr_t thread_pointer);
long raw_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c);

/* Gives the program a TLS block, so that thread-local storage is part of the state. */
__attribute__((used)) _Thread_local unsigned snapshot_tls = 0x5eed;

static char maps[MAPS_LIMIT];
static struct range ranges[RANGE_LIMIT];
static uint64_t written;

static _Noreturn void quit(unsigned status) {
    for (;;) {
        raw_syscall(SYS_exit_group, status, 0, 0);
    }
}

/* Writes what can be read of a piece of memory; returns how much that was. */
static size_t emit(uintptr_t start, size_t size) {
    size_t done = 0;
    while (done < size) {
        long count = raw_syscall(SYS_write, 1, start + done, size - done);
        if (count <= 0) {
            break;
        }
        done += (size_t)count;
    }
    written += done;
    return done;
}

static size_t read_maps(void) {
    static const char path[] = "/proc/self/maps";
    long file = raw_syscall(SYS_open, (uintptr_t)path, 0, 0);
    size_t size = 0;
    while (file >= 0 && size < sizeof maps) {
        long count =
            raw_syscall(SYS_read, (uintptr_t)file, (uintptr_t)(maps + size), sizeof maps - size);
        if (count <= 0) {
            break;
        }
        size += (size_t)count;
    }
    return size;
}

/* Reads a hexadecimal number and steps over it. */
static uintptr_t take_hex(const char **at) {
    uintptr_t value = 0;
    for (;; (*at)++) {
        unsigned digit = (unsigned char)**at;
        if (digit >= '0' && digit <= '9') {
            digit -= '0';
        } else if (digit >= 'a' && digit <= 'f') {
            digit -= 'a' - 10;
        } else {
            return value;
        }
        value = value * 16 + digit;
    }
}

/* The kernel's data pages of the vdso cannot always be read, and code of files is in the files. */
static int is_wanted(const char *permissions, const char *line_end) {
    const char *path = line_end;
    while (path > permissions && path[-1] != ' ') {
        path--;
    }
    int is_code_of_file = permissions[2] == 'x' && *path == '/';
    int is_kernel_data = path[0] == '[' && path[1] == 'v' && path[2] == 'v';
    return permissions[0] == 'r' && !is_code_of_file && !is_kernel_data;
}

static size_t emit_memory(const char *end) {
    size_t count = 0;
    const char *line = maps;
    while (line < end && count < RANGE_LIMIT) {
        const char *at = line;
        uintptr_t start = take_hex(&at);
        at++;
        uintptr_t stop = take_hex(&at);
        while (line < end && *line != '\n') {
            line++;
        }
        if (is_wanted(at + 1, line)) {
            ranges[count].start = start;
            ranges[count].offset = written;
            ranges[count].size = emit(start, stop - start);
            count++;
        }
        line++;
    }
    return count;
}

_Noreturn void snapshot(const uintptr_t *registers, uintptr_t thread_pointer) {
    static struct footer footer;
    size_t maps_size = read_maps();
    size_t count = emit_memory(maps + maps_size);
    footer = (struct footer){
        .maps_offset = written,
        .maps_size = maps_size,
        .ranges_offset = written + maps_size,
        .range_count = count,
        .stack_pointer = (uintptr_t)(registers + REGISTER_COUNT),
        .thread_pointer = thread_pointer,
        .word_size = sizeof(uintptr_t),
        .magic = "wldsnap1",
    };
    for (size_t i = 0; i < REGISTER_COUNT; i++) {
        footer.registers[i] = registers[i];
    }
    emit((uintptr_t)maps, maps_size);
    emit((uintptr_t)ranges, count * sizeof ranges[0]);
    quit(emit((uintptr_t)&footer, sizeof footer) == sizeof footer ? 0 : 1);
}
