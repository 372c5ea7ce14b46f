/* What libc calls for the sake of auditors, and what it sees of them. */
#ifndef WINE_LD_GLIBC_AUDIT_ENTRIES_H
#define WINE_LD_GLIBC_AUDIT_ENTRIES_H

#include <stddef.h>

#include "arch.h"
#include "base/elf.h"

struct auditor;
struct link_map;

/* Shows libc an auditor, the last one of `index` + 1. */
void link_map_add_auditor(size_t index, const struct auditor *auditor);

/* Before the program's own initialisation. */
EXPORT void _dl_audit_preinit(struct link_map *program);
/* dlsym found `symbol`, which is at *value, in `definer`. */
EXPORT void _dl_audit_symbind_alt(struct link_map *from, const elf_sym *symbol, void **value,
                                  struct link_map *definer);
/* A version that programs linked with --no-undefined-version ask for; nothing calls it. */
EXPORT void __rtld_version_placeholder(void);

#endif
