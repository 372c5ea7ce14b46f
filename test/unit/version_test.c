// sources: runtime/object/object_versions.c runtime/object/object.c runtime/object/image.c runtime/base/text.c
/* Version tables of an object in memory: what they decode to, in which order needs are met, and
 * which damages are refused. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/error.h"
#include "process/heap.h"
#include "object/object.h"

void *heap_allocate(size_t size) {
    return calloc(1, size);
}
void heap_free(void *memory) {
    free(memory);
}
bool error_set(struct error *error, int code, const char *object, const char *format, ...) {
    (void)object;
    *error = (struct error){.code = code, .message = format};
    return false;
}

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

/* One segment of whole pages: two definitions (the base and V1), one needed file with two versions.
 */
enum { PAGE = 4096, OUTSIDE = 2 * PAGE };
static struct {
    _Alignas(PAGE) elf_phdr header;
    elf_verdef base, defined;
    elf_verdaux base_name, defined_name;
    elf_verneed need;
    elf_vernaux first, second;
    char strings[40];
} image;

enum { SELF = 1, V1 = 6, LIBX = 9, N1 = 14, N2 = 17 };
#define DISTANCE(from, to) ((uint32_t)((char *)&image.to - (char *)&image.from))

static struct object make(void) {
    memset(&image, 0, sizeof image);
    memcpy(image.strings, "\0self\0V1\0libx\0N1\0N2", 20);
    image.header = (elf_phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_memsz = sizeof image};
    image.base = (elf_verdef){.vd_version = 1, .vd_flags = VER_FLG_BASE, .vd_ndx = 1, .vd_cnt = 1};
    image.base.vd_aux = DISTANCE(base, base_name);
    image.base.vd_next = DISTANCE(base, defined);
    image.base_name.vda_name = SELF;
    image.defined = (elf_verdef){.vd_version = 1, .vd_ndx = 2, .vd_cnt = 1, .vd_hash = 0x561};
    image.defined.vd_aux = DISTANCE(defined, defined_name);
    image.defined_name.vda_name = V1;
    image.need = (elf_verneed){.vn_version = 1, .vn_cnt = 2, .vn_file = LIBX};
    image.need.vn_aux = DISTANCE(need, first);
    image.first = (elf_vernaux){.vna_hash = 0x4e1, .vna_other = 4, .vna_name = N1};
    image.first.vna_next = DISTANCE(first, second);
    image.second = (elf_vernaux){.vna_hash = 0x4e2, .vna_other = 3 | VERSYM_HIDDEN, .vna_name = N2};
    image.second.vna_flags = VER_FLG_WEAK;
    struct object object = {.name = "x", .base = (elf_addr)&image, .phdr = &image.header};
    object.phdr_count = 1;
    object.dynamic.strtab = image.strings;
    object.dynamic.strsz = sizeof image.strings;
    object.dynamic.verdef = &image.base;
    object.dynamic.verneed = &image.need;
    return object;
}

static bool decodes(struct object *object) {
    struct error error = {0};
    bool good = object_decode_versions(object, &error);
    free(object->versions);
    object->versions = NULL;
    return good;
}

static void test_decoded(void) {
    struct object object = make();
    struct error error = {0};
    check(object_decode_versions(&object, &error) && object.version_count == 5, "five indices");
    const struct version *v = object.versions;
    check(v[1].name == NULL, "the base definition is no version");
    check(strcmp(v[2].name, "V1") == 0 && v[2].file == NULL && v[2].hash == 0x561, "a definition");
    check(strcmp(v[4].name, "N1") == 0 && strcmp(v[4].file, "libx") == 0 && !v[4].weak, "a need");
    check(strcmp(v[3].name, "N2") == 0 && v[3].weak && v[3].hidden, "a weak, hidden need");
    free(object.versions);
}

static bool append(struct object *object, unsigned index, const struct version *version,
                   void *context) {
    (void)object;
    sprintf((char *)context + strlen(context), "%u:%s ", index, version->name);
    return true;
}

static void test_order(void) {
    char seen[64] = "";
    struct object object = make();
    check(object_each_need(&object, append, seen) && strcmp(seen, "4:N1 3:N2 ") == 0,
          "needs come in the file's order, not by index");
}

/* What glibc does not look at. */
static void test_counts(void) {
    char seen[64] = "";
    struct object object = make();
    object.dynamic.strsz = 10;
    check(decodes(&object), "a name beyond DT_STRSZ");
    object = make();
    image.need.vn_cnt = 1;
    check(object_each_need(&object, append, seen) && strcmp(seen, "4:N1 3:N2 ") == 0,
          "chains, not counts, say how many there are");
    object = make();
    static const uint16_t versym[1];
    object.dynamic.versym = versym;
    object.dynamic.verdef = NULL;
    object.dynamic.verneed = NULL;
    check(decodes(&object) && object.dynamic.versym == NULL,
          "a table of versions without versions");
}

static void test_damages(void) {
    struct object object = make();
    struct error error = {0};
    image.first.vna_name = OUTSIDE;
    image.base.vd_aux = OUTSIDE;
    image.defined.vd_aux = OUTSIDE;
    check(object_decode_versions(&object, &error) && object.versions[4].name[0] == '\0' &&
              object.versions[2].name[0] == '\0' && object.versions[2].hash == 0x561,
          "names outside of the image are like no other");
    free(object.versions);
    object = make();
    image.need.vn_file = OUTSIDE;
    check(!decodes(&object), "a file name outside of the image");
    object = make();
    image.need.vn_next = OUTSIDE;
    check(!decodes(&object), "a chain that leaves the image");
    object = make();
    image.second.vna_next = (uint32_t)-DISTANCE(first, second); /* back to the first, or very far */
    check(!decodes(&object), "a chain that runs in a circle");
}

int main(void) {
    test_decoded();
    test_order();
    test_counts();
    test_damages();
    return failures != 0;
}
