/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* The glibc that this linker was generated for, and how it behaves where no struct or symbol tells. */
#ifndef WINE_LD_GLIBC_IDENTITY_H
#define WINE_LD_GLIBC_IDENTITY_H

#define GLIBC_ABI     "glibc-2.36-x86_64"
#define GLIBC_VERSION "2.36"

#define GLIBC_LEGACY_HWCAPS 1
#define GLIBC_CHECKS_REMAP_FLAGS 1

enum { GLIBC_BUILD_COUNT = 1, GLIBC_BUILD_ID_SIZE = 20 };

/* Build-ids of the libc.so.6 files that it was made from and verified with, newest first. */
static const unsigned char glibc_build_ids[GLIBC_BUILD_COUNT][GLIBC_BUILD_ID_SIZE] = {
    {0x93, 0xac, 0x61, 0xec, 0x5a, 0x8e, 0xb1, 0x39, 0x6f, 0x9f, 0xbd, 0x35, 0x0e, 0x31, 0x69, 0xa5, 0x58, 0x52, 0x8a, 0x40},
};

#endif
