/* How many threads share the caches of an Intel or Zhaoxin processor, and what each gets (Intel SDM
 * volume 2, CPUID leaves 4 and 0xB). */
#include "glibc/cpu/cacheinfo.h"

enum { TOPOLOGY_LEAF = 0xb, SMT = 1, CORE = 2 };

/* How many threads share a level, in the forms that CPUID has for it. */
struct sharing {
    int l2, l3; /* first the highest id, then the count; -1: there is no level 3 cache */
    bool inclusive;
};

/* Reads leaf 4 until level 2 and, if there is one, level 3 are found. False: it ends before that.
 */
static bool read_sharing(struct sharing *sharing) {
    bool l2_found = false, l3_found = sharing->l3 < 0;
    for (unsigned index = 0; !l2_found || !l3_found; ++index) {
        struct cpuid_result leaf = cacheinfo_leaf4(index);
        uint32_t level = leaf.words[EAX] >> 5 & 7;
        int highest_id = (int)(leaf.words[EAX] >> 14 & 0x3ff);
        if ((leaf.words[EAX] & 0x1f) == 0)
            return false;
        if (level == 2 && !l2_found) {
            sharing->l2 = highest_id;
            l2_found = true;
        } else if (level == 3 && !l3_found) {
            sharing->l3 = highest_id;
            sharing->inclusive = (leaf.words[EDX] & 2) != 0;
            l3_found = true;
        }
    }
    return true;
}

/* The highest id among `shipped` logical processors when ids go up to `highest_id`. */
static int count_shipped(unsigned shipped, int highest_id) {
    uint32_t mask = 0; /* as many ones as the id has bits; leaf 4 of 0 leaves one */
    do {
        mask = mask << 1 | 1;
    } while ((uint32_t)highest_id > mask);
    return (int)((shipped - 1) & mask);
}

/* Leaf 4 has the highest ids that there could be; leaf 0xB has the processors that there are.
 * `level` is the highest cache level. */
static void apply_topology(struct sharing *sharing, unsigned level) {
    bool count_smt = sharing->l2 > 0 && level == 3;
    bool count_core = sharing->l3 > 0 || (sharing->l2 > 0 && level == 2);
    for (unsigned index = 0; count_smt || count_core; ++index) {
        struct cpuid_result leaf = cpuid(TOPOLOGY_LEAF, index);
        unsigned shipped = leaf.words[EBX] & 0xff, type = leaf.words[ECX] >> 8 & 0xff;
        if (shipped == 0 || type == 0)
            return;
        if (type == SMT && count_smt) {
            sharing->l2 = count_shipped(shipped, sharing->l2);
            count_smt = false;
        } else if (type == CORE && count_core) {
            int *threads = level == 2 ? &sharing->l2 : &sharing->l3;
            *threads = count_shipped(shipped, *threads);
            count_core = false;
        }
    }
}

/* Silvermont's level 2 cache is shared by two cores, whatever leaf 4 says. */
static bool is_silvermont(const struct processor *cpu) {
    static const unsigned char models[] = {0x37, 0x4a, 0x4d, 0x5a, 0x5d};
    for (unsigned i = 0; i < sizeof models; ++i)
        if (cpu->basic.kind == CPU_INTEL && cpu->basic.family == 6 && cpu->basic.model == models[i])
            return true;
    return false;
}

static int threads_of_level(const struct processor *cpu, const struct sharing *sharing,
                            unsigned level) {
    int threads = level == 2 ? sharing->l2 : sharing->l3;
    return level == 2 && threads > 2 && is_silvermont(cpu) ? 2 : threads;
}

/* How many threads share the highest cache; 0: not known. Completes `sharing`. */
static int find_threads(const struct processor *cpu, struct sharing *sharing, unsigned level) {
    bool counts = cpu->basic.kind != CPU_ZHAOXIN || cpu->basic.family != 6;
    if (cpu->basic.max_cpuid < 4 || !read_sharing(sharing)) {
        /* All threads are taken to share it. */
        return (int)(cpu->features[CPUID_INDEX_1].cpuid_array[EBX] >> 16 & 0xff);
    }
    if (cpu->basic.max_cpuid >= TOPOLOGY_LEAF && counts)
        apply_topology(sharing, level);
    sharing->l2 += sharing->l2 > 0;
    sharing->l3 += sharing->l3 > 0;
    return threads_of_level(cpu, sharing, level);
}

void cacheinfo_share_intel(const struct processor *cpu, struct cache_shares *shares) {
    unsigned level = shares->shared <= 0 ? 2 : 3;
    struct sharing sharing = {0, level == 2 ? -1 : 0, true};
    if (level == 2) {
        shares->shared = shares->core;
        shares->per_thread = shares->core;
    }
    if (cpu_usable(cpu, CPU_HTT)) { /* else there is one thread */
        int threads = find_threads(cpu, &sharing, level);
        if (shares->per_thread > 0 && threads > 0)
            shares->per_thread /= threads;
    }
    if (!sharing.inclusive) {
        shares->per_thread += sharing.l2 > 0 ? shares->core / sharing.l2 : shares->core;
        shares->shared += shares->core;
    }
}
