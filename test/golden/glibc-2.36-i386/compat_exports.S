/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* Functions that ld.so exports under a version that is not their default one: an alias for each, as a
 * version script can only give default versions. */

    .macro compat_export name, version
    .globl compat_\name
    .type compat_\name, @function
compat_\name:
    .cfi_startproc
    jmp \name
    .cfi_endproc
    .size compat_\name, . - compat_\name
    .symver compat_\name, \name@\version
    .endm

    .text
compat_export __rtld_version_placeholder, GLIBC_2.34
