/* From glibc 2.40 on memset has a threshold of its own, and the fraction of the cache is kept. */
#include "glibc/cpu_publish.h"

enum { FRACTION = 4 };

void cpu_publish_memset_threshold(struct cpu_features *features, const struct processor *cpu) {
    features->memset_non_temporal_threshold = cpu->memset_non_temporal_threshold;
    features->cachesize_non_temporal_divisor = FRACTION;
}
