// sources: runtime/object/image.c
/* What lies on the pages of an image whose segments meet in pages, lie over each other or are
 * longer than the file. Addresses only: nothing is mapped. */
#include <stdio.h>

#include "object/image.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

enum { BASE = 0x100000, ALL = 0x100000 };

static elf_phdr load(uint32_t flags, elf_addr address, elf_addr file_bytes, elf_addr memory_bytes) {
    return (elf_phdr){.p_type = PT_LOAD,
                      .p_flags = flags,
                      .p_vaddr = address,
                      .p_offset = address,
                      .p_filesz = file_bytes,
                      .p_memsz = memory_bytes};
}

static struct object image(const elf_phdr *headers, size_t count, uint64_t file_size) {
    return (struct object){
        .base = BASE, .phdr = headers, .phdr_count = (uint16_t)count, .file_size = file_size};
}

static void test_pages(void) {
    const elf_phdr headers[] = {load(PF_R, 0, 0x1800, 0x1800), load(PF_W, 0x3800, 0x100, 0x2000)};
    struct object object = image(headers, 2, 0);
    check(image_room(&object, BASE + 0x1000, PF_R, ALL) == 0x1000, "to the end of the last page");
    check(image_room(&object, BASE + 0x2000, 0, ALL) == 0, "nothing between segments");
    check(image_room(&object, BASE + 0x3000, PF_W, ALL) == 0x3000, "from the first page's start");
    check(image_room(&object, BASE + 0x3000, PF_R, ALL) == 0x3000, "what is written can be read");
    check(image_room(&object, BASE + 0x1000, PF_W, ALL) == 0, "what is read cannot be written");
    check(image_room(&object, BASE - 1, 0, ALL) == 0, "nothing before the image");
}

static void test_neighbours(void) {
    const elf_phdr headers[] = {load(PF_R, 0, 0x1000, 0x1000),
                                load(PF_R | PF_W, 0x1000, 0x800, 0x800),
                                load(PF_R | PF_W, 0x1800, 0, 0x3000)};
    struct object object = image(headers, 3, 0);
    check(image_room(&object, BASE, PF_R, ALL) == 0x5000, "room goes on in the next segment");
    check(image_room(&object, BASE, PF_R, 0x10) >= 0x10, "no more than is asked for");
    check(image_room(&object, BASE + 0xfff, PF_W, ALL) == 0, "not where it begins read-only");
}

static void test_later_over_earlier(void) {
    const elf_phdr headers[] = {load(PF_R | PF_W, 0, 0x4000, 0x4000),
                                load(PF_X, 0x1000, 0x10, 0x10)};
    struct object object = image(headers, 2, 0);
    struct image_part part;
    check(image_room(&object, BASE, PF_R, ALL) == 0x1000, "a later segment ends an earlier one");
    check(image_room(&object, BASE + 0x2000, PF_W, ALL) == 0x2000, "which goes on after it");
    check(image_part_at(&object, BASE + 0x3000, &part) && part.start == BASE + 0x2000 &&
              part.end == BASE + 0x4000,
          "its part begins there");
    check(image_part_at(&object, BASE + 0x1800, &part) && part.flags == PF_X,
          "the later one counts");
}

static void test_short_file(void) {
    const elf_phdr headers[] = {load(PF_R, 0, 0x4000, 0x6000)};
    struct object object = image(headers, 1, 0x1001);
    check(image_room(&object, BASE, PF_R, ALL) == 0x2000, "to the page in which the file ends");
    check(image_room(&object, BASE + 0x2000, 0, ALL) == 0, "what is beyond cannot be touched");
    check(image_room(&object, BASE + 0x4000, PF_R, ALL) == 0x2000, "memory behind it can");
    object = image(headers, 1, 0x4000);
    check(image_room(&object, BASE, PF_R, ALL) == 0x6000, "a file that is long enough");
}

int main(void) {
    test_pages();
    test_neighbours();
    test_later_over_earlier();
    test_short_file();
    return failures != 0;
}
