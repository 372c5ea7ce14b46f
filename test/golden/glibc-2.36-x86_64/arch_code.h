/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* Instructions of x86 as bytes: what is recognised at a function's entry, and the jump that replaces
 * what follows. */
#ifndef WINE_LD_ARCH_CODE_H
#define WINE_LD_ARCH_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* int3 */
enum { ARCH_BREAKPOINT = 0xcc };

/* endbr64, endbr32, the landing pad of an indirect call: how both begin, and their size in bytes. */
static const unsigned char arch_landing_pad[] = {0xf3, 0x0f, 0x1e};
enum { ARCH_LANDING_PAD_SIZE = 4 };

/* lea n(stack pointer), stack pointer: the 32-bit form lacks the first byte. Both keep the flags. */
static const unsigned char arch_lift[] = {0x48, 0x8d, 0x64, 0x24};
/* jmp *word: through the word that follows, addressed relative to it (64-bit) or absolutely
 * (32-bit). */
static const unsigned char arch_jump[] = {0xff, 0x25};

/* So many bytes arch_write_jump writes at most. */
enum {
    ARCH_JUMP_LIMIT = sizeof arch_lift + 1 + sizeof arch_jump + sizeof(uint32_t) + sizeof(uintptr_t)
};

/* Writes a jump to `target` into `code`, to be run at `at`, after raising the stack pointer by
 * `lowered` bytes. Returns its size in bytes. */
static inline size_t arch_write_jump(unsigned char *code, uintptr_t at, uint8_t lowered,
                                     uintptr_t target) {
    size_t size = 0, narrow = sizeof(uintptr_t) == 8 ? 0 : 1;
    if (lowered != 0) {
        memcpy(code, arch_lift + narrow, sizeof arch_lift - narrow);
        size = sizeof arch_lift - narrow;
        code[size++] = lowered;
    }
    memcpy(code + size, arch_jump, sizeof arch_jump);
    size += sizeof arch_jump;
    uintptr_t word = at + size + sizeof(uint32_t);
    uint32_t operand = sizeof(uintptr_t) == 8 ? 0 : (uint32_t)word;
    memcpy(code + size, &operand, sizeof operand);
    memcpy(code + size + sizeof operand, &target, sizeof target);
    return size + sizeof operand + sizeof target;
}

#endif
