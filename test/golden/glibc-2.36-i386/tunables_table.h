/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* The tunables of this glibc; the index is the id by which libc asks for them. */
#ifndef WINE_LD_TUNABLES_TABLE_H
#define WINE_LD_TUNABLES_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "glibc/tunables.h"

enum { TUNABLE_COUNT = 37 };

static const struct tunable tunable_table[TUNABLE_COUNT] = {
    {TUNABLE("glibc.rtld.nns"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x4), UINT64_C(0x1), UINT64_C(0x10)},
    {TUNABLE("glibc.elision.skip_lock_after_retries"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x3), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.malloc.trim_threshold"), "MALLOC_TRIM_THRESHOLD_", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.perturb"), "MALLOC_PERTURB_", TUNABLE_INT32, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xff)},
    {TUNABLE("glibc.cpu.x86_shared_cache_size"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.pthread.rseq"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x1), UINT64_C(0x0), UINT64_C(0x1)},
    {TUNABLE("glibc.mem.tagging"), "", TUNABLE_INT32, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xff)},
    {TUNABLE("glibc.elision.tries"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x3), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.elision.enable"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0x1)},
    {TUNABLE("glibc.malloc.hugetlb"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_rep_movsb_threshold"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x1), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.mxfast"), "", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.rtld.dynamic_sort"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x2), UINT64_C(0x1), UINT64_C(0x2)},
    {TUNABLE("glibc.elision.skip_lock_busy"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x3), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.malloc.top_pad"), "MALLOC_TOP_PAD_", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_rep_stosb_threshold"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x800), UINT64_C(0x1), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_non_temporal_threshold"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_shstk"), "", TUNABLE_STRING, TUNABLE_SXID_ERASE, 0, 0, 0},
    {TUNABLE("glibc.pthread.stack_cache_size"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x2800000), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.gmon.minarcs"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x32), UINT64_C(0x32), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.cpu.hwcap_mask"), "LD_HWCAP_MASK", TUNABLE_UINT64, TUNABLE_SXID_ERASE, UINT64_C(0x1), UINT64_C(0x0), UINT64_C(0xffffffffffffffff)},
    {TUNABLE("glibc.malloc.mmap_max"), "MALLOC_MMAP_MAX_", TUNABLE_INT32, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.elision.skip_trylock_internal_abort"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x3), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.malloc.tcache_unsorted_limit"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_ibt"), "", TUNABLE_STRING, TUNABLE_SXID_ERASE, 0, 0, 0},
    {TUNABLE("glibc.cpu.hwcaps"), "", TUNABLE_STRING, TUNABLE_SXID_ERASE, 0, 0, 0},
    {TUNABLE("glibc.elision.skip_lock_internal_abort"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x3), UINT64_C(0x0), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.malloc.arena_max"), "MALLOC_ARENA_MAX", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x1), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.mmap_threshold"), "MALLOC_MMAP_THRESHOLD_", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.cpu.x86_data_cache_size"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.tcache_count"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.arena_test"), "MALLOC_ARENA_TEST", TUNABLE_SIZE, TUNABLE_SXID_IGNORE, UINT64_C(0x0), UINT64_C(0x1), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.pthread.mutex_spin_count"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x64), UINT64_C(0x0), UINT64_C(0x7fff)},
    {TUNABLE("glibc.gmon.maxarcs"), "", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x100000), UINT64_C(0x32), UINT64_C(0x7fffffff)},
    {TUNABLE("glibc.rtld.optional_static_tls"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x200), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.tcache_max"), "", TUNABLE_SIZE, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0xffffffff)},
    {TUNABLE("glibc.malloc.check"), "MALLOC_CHECK_", TUNABLE_INT32, TUNABLE_SXID_ERASE, UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0x3)},
};

#endif
