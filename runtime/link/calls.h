/* Calls through PLT slots that somebody follows: auditors, or LD_PROFILE. The slots of such an
 * object are never written, so that each call comes by the trampoline
 * (templates/<arch>/call_trampoline.S).
 */
#ifndef WINE_LD_CALLS_H
#define WINE_LD_CALLS_H

#include "object/object.h"

/* Whether the calls of `object`, which is to be relocated, are followed. */
bool calls_wanted(const struct object *object);

/* Makes the record of what the slots are bound to, after relocation. Until then calls, which are
 * those of IFUNC resolvers, bind their slots for good. False: no memory. */
bool calls_record(struct object *object);

/* Called by the trampoline with what the PLT gives (as lazy_bind), the caller's return address and
 * La_*_regs. Returns the address to call. *frame_size: how many bytes of the caller's stack the
 * function gets as a copy, before calls_exit hears of its return; negative: it is jumped to. Runs
 * in any thread at any time. */
elf_addr calls_enter(void *handle, elf_addr argument, elf_addr caller, void *registers,
                     long *frame_size);

/* Called by the trampoline when the function has returned, with La_*_retval. */
void calls_exit(void *handle, elf_addr argument, const void *registers, void *results);

#endif
