/* From glibc 2.40 on memset has a threshold of its own. */
#include "glibc/cpu/cpu_publish.h"

void cpu_publish_memset_threshold(struct cpu_features *features, const struct processor *cpu) {
    features->memset_non_temporal_threshold = cpu->memset_non_temporal_threshold;
}
