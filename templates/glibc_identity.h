/* The glibc that this linker was generated for, and how it behaves where no struct or symbol tells. */
#ifndef WINE_LD_GLIBC_IDENTITY_H
#define WINE_LD_GLIBC_IDENTITY_H

#define GLIBC_ABI     "$id"
#define GLIBC_VERSION "$version"

$behaviours;

enum { GLIBC_BUILD_COUNT = $count, GLIBC_BUILD_ID_SIZE = $build_id_size };

/* Build-ids of the libc.so.6 files that it was made from and verified with, newest first. */
static const unsigned char glibc_build_ids[GLIBC_BUILD_COUNT][GLIBC_BUILD_ID_SIZE] = {
    $rows
};

#endif
