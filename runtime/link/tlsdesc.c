/* Filling TLS descriptors. Decides which of the three entry functions answers; what they do is
 * assembly (templates/<arch>/tlsdesc.S). */
#include "link/tlsdesc.h"

#include "process/heap.h"
#include "object/tls.h"

/* The functions do not follow the calling convention and are never called from C. */
void tlsdesc_static(void);
void tlsdesc_undefined(void);
void tlsdesc_dynamic(void);

/* The argument of tlsdesc_dynamic, as tlsdesc.S reads it: a variable in the form of
 * __tls_get_addr's argument, and the generation since which the module exists. */
struct dynamic_argument {
    size_t module, offset, generation;
    struct dynamic_argument *next; /* of the same definer */
};

static struct dynamic_argument *argument_for(struct object *definer, elf_addr offset) {
    struct dynamic_argument *argument = definer->tls.descriptors;
    while (argument != NULL && argument->offset != offset)
        argument = argument->next;
    if (argument != NULL)
        return argument;
    argument = heap_allocate(sizeof *argument);
    if (argument == NULL)
        return NULL;
    const struct tls_slot *slot = tls_slot_of(definer->tls.module);
    argument->module = definer->tls.module;
    argument->offset = offset;
    argument->generation = slot->object == definer ? slot->generation : tls_generation + 1;
    argument->next = definer->tls.descriptors;
    definer->tls.descriptors = argument;
    return argument;
}

bool tlsdesc_fill(elf_addr *descriptor, struct object *definer, elf_addr offset) {
    elf_addr function = (elf_addr)tlsdesc_undefined;
    elf_addr argument = offset;
    if (definer != NULL && tls_make_static(definer, true)) {
        function = (elf_addr)tlsdesc_static;
        argument = offset - (elf_addr)definer->tls.offset;
    } else if (definer != NULL) {
        function = (elf_addr)tlsdesc_dynamic;
        argument = (elf_addr)argument_for(definer, offset);
        if (argument == 0)
            return false;
    }
    descriptor[1] = argument;
    descriptor[0] = function;
    return true;
}

void tlsdesc_forget(struct object *definer) {
    while (definer->tls.descriptors != NULL) {
        struct dynamic_argument *argument = definer->tls.descriptors;
        definer->tls.descriptors = argument->next;
        heap_free(argument);
    }
}
