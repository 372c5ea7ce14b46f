/* glibc: 2.36- */
/* What a program must not take for granted of a library's protected symbols. */
#include "base/format.h"
#include "glibc/rules.h"
#include "object/lookup.h"
#include "glibc_layout.h"

void glibc_warn_protected(const struct object *object, const char *name, unsigned class,
                          const elf_sym *reference, const struct binding *binding) {
    if (object->kind != OBJECT_PROGRAM || object == binding->object)
        return;
    if ((class & REFERENCE_COPY) != 0)
        print(2, "warning: copy relocation against non-copyable protected symbol `%s' in `%s'\n",
              name, binding->object->name);
    else if ((class & REFERENCE_PLT) != 0 && reference->st_value != 0 &&
             reference->st_shndx == SHN_UNDEF)
        print(2,
              "warning: direct reference to protected function `%s' in `%s' may break pointer "
              "equality\n",
              name, binding->object->name);
}
