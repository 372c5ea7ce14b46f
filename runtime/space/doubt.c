/* What is recorded, but may not be so. Knows how the range is widened and taken without a lock;
 * does not know why it is in doubt. */
#include "space/doubt.h"

struct doubt doubt = {UINTPTR_MAX, 0, false};

/* The start first, as doubt_take does: who finds one end wide enough before it is taken and widens
 * the other one afterwards has left an end that stands for too much, never for too little. */
void doubt_widen(uintptr_t start, uintptr_t end) {
    uintptr_t known = __atomic_load_n(&doubt.start, __ATOMIC_SEQ_CST);
    while (start < known && !__atomic_compare_exchange_n(&doubt.start, &known, start, true,
                                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    known = __atomic_load_n(&doubt.end, __ATOMIC_SEQ_CST);
    while (end > known && !__atomic_compare_exchange_n(&doubt.end, &known, end, true,
                                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
}

/* The ends as they are meant; false: nothing is in doubt. */
static bool complete(uintptr_t *start, uintptr_t *end) {
    bool any = *start != UINTPTR_MAX || *end != 0;
    *start = *start == UINTPTR_MAX ? 0 : *start;
    *end = *end == 0 ? UINTPTR_MAX : *end;
    return any;
}

bool doubt_touches(uintptr_t start, uintptr_t end) {
    uintptr_t low = __atomic_load_n(&doubt.start, __ATOMIC_SEQ_CST);
    uintptr_t high = __atomic_load_n(&doubt.end, __ATOMIC_SEQ_CST);
    return complete(&low, &high) && start < high && low < end;
}

bool doubt_take(uintptr_t *start, uintptr_t *end) {
    if (__atomic_load_n(&doubt.start, __ATOMIC_SEQ_CST) == UINTPTR_MAX &&
        __atomic_load_n(&doubt.end, __ATOMIC_SEQ_CST) == 0)
        return false;
    *start = __atomic_exchange_n(&doubt.start, UINTPTR_MAX, __ATOMIC_SEQ_CST);
    *end = __atomic_exchange_n(&doubt.end, 0, __ATOMIC_SEQ_CST);
    return complete(start, end);
}
