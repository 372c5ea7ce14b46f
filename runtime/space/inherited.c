/* What the kernel had mapped before the linker ran. Knows the auxiliary vector, ELF headers in
 * memory and the shape of the initial stack; asks the kernel nothing, since a process may be under
 * a filter that ends it at a call which glibc's linker does not make. */
#include "space/inherited.h"

#include "base/auxv.h"
#include "base/bootstrap.h"
#include "space/kernel.h"
#include "space/page.h"
#include "base/text.h"

enum { AHEAD = 128 << 10 }; /* by how much the kernel makes the stack larger than it is */
/* What lies below the vdso, at most: the kernel's data for it. */
enum { VDSO_DATA = 16 * PAGE };
/* The span over which a stack is moved by chance, at least; and how far below a multiple of it the
 * stack of a process ends that is not moved (0x7ffffffff000, 0xffffe000, 0xc0000000). */
enum { STACK_SPAN = 8 << 20, STACK_TOP_GAP = 2 * PAGE };

static int protection_of(const elf_phdr *header) {
    return ((header->p_flags & PF_R) != 0 ? PROT_READ : 0) |
           ((header->p_flags & PF_W) != 0 ? PROT_WRITE : 0) |
           ((header->p_flags & PF_X) != 0 ? PROT_EXEC : 0);
}

static void record(struct tracker *tracker, uintptr_t start, uintptr_t end, uintptr_t attributes) {
    if (start < end)
        tracker_set(tracker, start, end, attributes, 0);
}

/* The pages of an image's segments. Returns where the last ends. */
static uintptr_t record_image(struct tracker *tracker, const elf_phdr *headers, size_t count,
                              uintptr_t base, enum space_kind file, enum space_kind anonymous) {
    uintptr_t last = 0;
    for (const elf_phdr *header = headers; header < headers + count; ++header) {
        if (header->p_type != PT_LOAD || header->p_memsz == 0)
            continue;
        uintptr_t start = page_down(base + header->p_vaddr),
                  end = page_up(base + header->p_vaddr + header->p_memsz);
        uintptr_t file_end =
            header->p_filesz != 0 ? page_up(base + header->p_vaddr + header->p_filesz) : start;
        int prot = protection_of(header);
        record(tracker, start, file_end, range_attributes(file, prot, MAP_PRIVATE));
        record(tracker, file_end, end,
               range_attributes(anonymous, prot, MAP_PRIVATE | MAP_ANONYMOUS));
        last = end > last ? end : last;
    }
    return last;
}

static uintptr_t record_linker(struct tracker *tracker) {
    uintptr_t base = (uintptr_t)&bootstrap_header;
    return record_image(tracker, (const elf_phdr *)(base + bootstrap_header.e_phoff),
                        bootstrap_header.e_phnum, base, SPACE_LINKER, SPACE_LINKER);
}

/* Returns where the program begins. In a direct start the auxiliary vector names the linker: 0. */
static uintptr_t record_program(struct tracker *tracker) {
    uintptr_t base = 0, first = 0;
    if (process.phdr == NULL ||
        !tracker_is_free(tracker, (uintptr_t)process.phdr, (uintptr_t)process.phdr + 1))
        return 0;
    for (size_t i = 0; i < process.phdr_count; ++i)
        if (process.phdr[i].p_type == PT_PHDR)
            base = (uintptr_t)process.phdr - process.phdr[i].p_vaddr;
    for (size_t i = process.phdr_count; i-- > 0;)
        if (process.phdr[i].p_type == PT_LOAD)
            first = page_down(base + process.phdr[i].p_vaddr); /* segments are in ascending order */
    record_image(tracker, process.phdr, process.phdr_count, base, SPACE_FILE, SPACE_ANONYMOUS);
    return first;
}

static uintptr_t record_vdso(struct tracker *tracker) {
    const elf_ehdr *header = (const elf_ehdr *)process.vdso;
    uintptr_t end = 0;
    if (header == NULL)
        return 0;
    const elf_phdr *phdr = (const elf_phdr *)(process.vdso + header->e_phoff);
    for (size_t i = 0; i < header->e_phnum && end == 0; ++i)
        if (phdr[i].p_type == PT_LOAD)
            end = page_up(process.vdso + phdr[i].p_memsz);
    record(tracker, process.vdso, end,
           range_attributes(SPACE_KERNEL, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS));
    if (tracker_is_free(tracker, process.vdso - VDSO_DATA, process.vdso))
        record(tracker, process.vdso - VDSO_DATA, process.vdso, SPACE_RESERVED | RANGE_HEAD);
    return end;
}

/* The kernel writes the name of what was executed first, at the very end of the stack. */
static uintptr_t end_of_stack(uintptr_t within) {
    uintptr_t name = (uintptr_t)process.execfn;
    return name > within ? page_up(name + strlen(process.execfn) + 1 + sizeof(uintptr_t))
                         : page_up(within + 1);
}

struct inherited inherited_record(struct tracker *tracker) {
    int here;
    uintptr_t within = process.stack != NULL ? (uintptr_t)process.stack : (uintptr_t)&here;
    struct inherited result = {.stack = page_down(within) - AHEAD,
                               .stack_end = end_of_stack(within)};
    uintptr_t linker = record_linker(tracker);
    result.program = record_program(tracker);
    uintptr_t vdso = record_vdso(tracker);
    record(tracker, result.stack, result.stack_end,
           range_attributes(SPACE_STACK, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN));
    result.below = vdso > linker && vdso <= result.stack ? vdso : linker;
    result.below = result.below <= result.stack ? result.below : result.stack;
    result.randomised = ((result.stack_end + STACK_TOP_GAP) & (STACK_SPAN - 1)) > STACK_TOP_GAP;
    tracker_doubt(tracker, 0, UINTPTR_MAX);
    return result;
}
