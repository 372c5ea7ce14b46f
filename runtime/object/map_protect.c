/* Protection of an image in memory that changes while it is relocated: text that relocations write
 * into, and data that nobody writes afterwards. */
#include "object/map.h"

#include "space/page.h"
#include "space/space.h"

bool map_protect_relro(struct object *object, struct error *error) {
    elf_addr start = page_down(object->relro_start);
    elf_addr end = page_down(object->relro_start + object->relro_size);
    if (object->relro_size == 0 || start == end)
        return true;
    /* What lies beside the image is somebody else's. */
    bool inside = start >= object->map_start && start < end && end <= object->map_end;
    int result = inside ? space_protect(start, end - start, PROT_READ) : -E_NOMEM;
    return result == 0 || error_set(error, -result, object->name,
                                    "cannot apply additional memory protection after relocation");
}

/* Sets the protection of every segment that is not writable, adding `extra` to its own. */
static bool protect_text(struct object *object, int extra, struct error *error, const char *fault) {
    for (size_t i = 0; i < object->phdr_count; ++i) {
        const elf_phdr *header = &object->phdr[i];
        if (header->p_type != PT_LOAD || (header->p_flags & PF_W) != 0)
            continue;
        elf_addr start = page_down(object->base + header->p_vaddr);
        elf_addr end = page_up(object->base + header->p_vaddr + header->p_memsz);
        int result = space_protect(start, end - start, map_protection(header->p_flags) | extra);
        if (result != 0)
            return error_set(error, -result, object->name, "%s", fault);
    }
    return true;
}

bool map_unprotect_text(struct object *object, struct error *error) {
    return protect_text(object, PROT_WRITE, error, "cannot make segment writable for relocation");
}

bool map_protect_text(struct object *object, struct error *error) {
    return protect_text(object, 0, error, "cannot restore segment prot after reloc");
}
