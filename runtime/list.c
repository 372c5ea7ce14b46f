/* The output of --list and --verify. */
#include "list.h"

#include "format.h"
#include "namespace.h"
#include "options.h"
#include "system.h"
#include "text.h"

static void print_object(const struct object *object) {
    enum { DIGITS = 2 * sizeof(elf_word) };
    const char *asked = object->names != NULL ? object->names->name : object->name;
    if (object->missing) {
        print(1, "\t%s => not found\n", asked);
    } else if (text_equal(asked, object->name)) {
        print(1, "\t%s (0x%0*lx)\n", asked, DIGITS, (unsigned long)object->map_start);
    } else {
        print(1, "\t%s => %s (0x%0*lx)\n", asked, object->name, DIGITS,
              (unsigned long)object->map_start);
    }
}

void list_print(const struct object *program) {
    if (options.mode == RUN_VERIFY) {
        system_exit(program->dynamic.table == NULL ? 2 : 0);
    }
    if (program->needed_count == 0) {
        print(1, "\tstatically linked\n");
    }
    for (const struct object *object = program->next; object != NULL; object = object->next) {
        print_object(object);
    }
    system_exit(0);
}
