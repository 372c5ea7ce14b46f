/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* The glibc that this linker was generated for, and how it behaves where no struct or symbol tells. */
#ifndef WINE_LD_GLIBC_IDENTITY_H
#define WINE_LD_GLIBC_IDENTITY_H

#define GLIBC_ABI     "glibc-2.36-i386"
#define GLIBC_VERSION "2.36"

#define GLIBC_LEGACY_HWCAPS 1
#define GLIBC_CHECKS_REMAP_FLAGS 1

enum { GLIBC_BUILD_COUNT = 1, GLIBC_BUILD_ID_SIZE = 20 };

/* Build-ids of the libc.so.6 files that it was made from and verified with, newest first. */
static const unsigned char glibc_build_ids[GLIBC_BUILD_COUNT][GLIBC_BUILD_ID_SIZE] = {
    {0xae, 0x10, 0x2d, 0x63, 0x06, 0xd6, 0xb4, 0x4f, 0x7a, 0xf2, 0xd2, 0x5a, 0xa8, 0xa8, 0x17, 0xc4, 0xe0, 0xa8, 0x0e, 0x00},
};

#endif
