/* The guest: the Windows program that wine runs. One library (wine's ntdll.so) maps memory on its
 * behalf, and trusts the kernel's answers about what is free; what that library asks for is placed
 * by rules of its own. Which library it is says the policy. */
#ifndef WINE_LD_SPACE_GUEST_H
#define WINE_LD_SPACE_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "space/calls.h"
#include "space/place.h"

/* What is mapped already without access was kept by wine's preloader. Once, at start, inside the
 * gate. */
void guest_adopt_reservations(struct tracker *tracker);

/* Code in [start, end) maps for the guest. Once, when the library is mapped. Inside the gate. */
void guest_set_library(uintptr_t start, uintptr_t end);

struct guest {
    uintptr_t start, end; /* code of the library */
    bool known;           /* the program was seen */
};
extern struct guest guest;

/* Whether `caller` is that code. */
static inline bool guest_calls(uintptr_t caller) {
    return caller - guest.start < guest.end - guest.start;
}

/* Whether the call only wants to keep address space, in a zone that is closed to the guest: the
 * answer is EEXIST, as if something were mapped all over the zone. Needs no gate. */
bool guest_is_refused(const struct call_mapping *wanted);

/* What a call of the guest's library maps. */
enum space_kind guest_kind(const struct call_mapping *wanted);

/* Reserves the free parts of [start, end), as the guest's library does itself. False: something is
 * there that was not known. Inside the gate. */
bool guest_reserve(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Whether a range is only kept by the guest's library, or for it. */
bool guest_keeps(const struct range *range);

/* Room for the guest where address space is free or only kept by the guest itself, when there is no
 * free hole that is large enough. All of it is reserved with the kernel when this returns, so that
 * mapping over it with MAP_FIXED replaces nothing of others. 0: there is none. Inside the gate. */
uintptr_t guest_room(struct tracker *tracker, const struct place_request *request);

/* Whether the library may make two blocks of this one: wine up to 8 cuts what it allocates for a
 * thread's stack, which it maps readable and writable, above the stack itself. */
bool guest_may_cut(int prot, size_t size);

/* What is to stay free below a block that the library asks for: wine wants 64 KiB more than it
 * keeps, and unmaps the rest. With nothing between it and the next, a block that is gone would
 * leave no room for its like. Small blocks, and those that may be no stacks and are not large, are
 * packed: together the gaps would be missed. */
size_t guest_gap(int prot, size_t size);

/* Reserves the free parts of [start, end) for one block, so that mapping over it with MAP_FIXED
 * replaces nothing of others. False: something is there that was not known. Inside the gate. */
bool guest_make_room(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Maps [start, end) without access in the place of what is there: the guest's library gives it
 * back, and it was kept before. Inside the gate. */
bool guest_keep_again(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* Gives back what guest_room or guest_make_room reserved and nothing was mapped over. Inside the
 * gate. */
void guest_leave_room(struct tracker *tracker, uintptr_t start, uintptr_t end);

/* The guest's library mapped a file. The first program among them tells whether the guest has 32
 * bits and can handle addresses above 2 GiB; if that is not what was taken for granted, the policy
 * for such programs takes over: true. Inside the gate. */
bool guest_saw_file(struct tracker *tracker, const struct call_mapping *wanted);

/* Whether a file is a device, or called as the policy says (`device`): what is mapped of it may be
 * shown to the guest. */
bool guest_is_device(int fd);

#endif
