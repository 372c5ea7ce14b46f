/* The processor's caches. Parts of cacheinfo_init. */
#ifndef WINE_LD_GLIBC_CACHEINFO_H
#define WINE_LD_GLIBC_CACHEINFO_H

#include "arch.h"
#include "glibc/cpu/cpu_bits.h"

enum cache_level { CACHE_L1I, CACHE_L1D, CACHE_L2, CACHE_L3, CACHE_L4, CACHE_LEVELS };

/* One cache; -1: not known, 0: there is none. Bytes. */
struct cache_facts {
    elf_saddr size, associativity, line_size;
};

/* How much cache a copy may count on. Bytes; -1: not known. */
struct cache_shares {
    elf_saddr core;       /* the level 2 cache */
    elf_saddr shared;     /* the highest cache */
    elf_saddr per_thread; /* a thread's part of it */
};

/* What glibc versions do differently: optional/. */
struct cache_rules {
    bool left_to_libc;      /* libc finds out by itself */
    elf_addr unknown_cache; /* the threshold for stores past the caches of unknown size */
    bool amd_stops_string_copies_at_level_2; /* REP MOVSB of AMD is slow beyond that cache */
    bool amd_prefers_vectors;                /* to REP MOVSB and REP STOSB, at all sizes */
    bool amd_by_topology;                    /* cache sizes from leaf 0x8000001D */
    bool zhaoxin_divides;                    /* the shared cache, though it lacks ERMS */
};
extern const struct cache_rules cache_rules;

/* Intel: CPUID leaves 2 and 4. */
void cacheinfo_read_intel(const struct processor *cpu, struct cache_facts caches[CACHE_LEVELS]);
/* Zhaoxin: leaf 4. */
void cacheinfo_read_zhaoxin(struct cache_facts caches[CACHE_LEVELS]);
/* AMD: leaves 0x80000005 and 0x80000006, or 0x8000001D. */
void cacheinfo_read_amd(const struct processor *cpu, uint32_t last_extended_leaf,
                        struct cache_facts caches[CACHE_LEVELS]);
/* Hygon: leaf 0x8000001D. */
void cacheinfo_read_hygon(struct cache_facts caches[CACHE_LEVELS]);

/* Fills `shares`, which holds sizes of whole caches, with what a thread gets: Intel and Zhaoxin. */
void cacheinfo_share_intel(const struct processor *cpu, struct cache_shares *shares);
/* The same for AMD. */
void cacheinfo_share_amd(const struct processor *cpu, uint32_t last_extended_leaf,
                         struct cache_shares *shares);

/* Subleaf `index` of CPUID leaf 4 (deterministic cache parameters); each is read once. */
struct cpuid_result cacheinfo_leaf4(unsigned index);

#endif
