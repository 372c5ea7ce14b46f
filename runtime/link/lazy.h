/* Binding a PLT slot on first call. The assembly trampoline (generated) saves the argument
 * registers; no code of ours touches vector or x87 registers, so they need no saving. */
#ifndef WINE_LD_LAZY_H
#define WINE_LD_LAZY_H

#include "object/object.h"

struct bound_call;

/* Writes GOT[1] and GOT[2] of the object and rebases its JUMP_SLOTs for lazy binding; `follow`:
 * each call comes by the trampoline (calls.h). False: malformed, one of them lies outside of the
 * writable segments. */
bool lazy_prepare(struct object *object, bool follow);

/* The relocation that the PLT's argument names. A bad one is fatal. */
const elf_reloc *lazy_reloc(const struct object *object, elf_addr argument);

/* Binds the slot of `reloc` without writing it; returns the address to call. `call`: where calls
 * are followed, becomes all but `address` and `ready`; else NULL. */
elf_addr lazy_resolve(struct object *object, const elf_reloc *reloc, struct bound_call *call);

/* Called by the trampoline with GOT[1] (the object's handle) and the PLT's argument (x86_64:
 * relocation index; i386: byte offset). Returns the address to jump to. Failure is fatal, as in
 * ld.so. */
elf_addr lazy_bind(void *handle, elf_addr argument);

#endif
