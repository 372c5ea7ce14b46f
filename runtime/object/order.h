/* The order of constructors: dependencies before dependents, DF_1_INITFIRST before all, cycles
 * broken as glibc's default sort (glibc.rtld.dynamic_sort=2, depth first) breaks them. Pure. */
#ifndef WINE_LD_ORDER_H
#define WINE_LD_ORDER_H

#include <stdbool.h>
#include <stddef.h>

struct object;

/* Sorts `objects` in place so that each comes before the objects it depends on (needed, and when
 * `for_fini` also bound): the order glibc keeps in l_initfini. `first_fixed`: objects[0] keeps its
 * place. Algorithm 1 is the old sort (glibc.rtld.dynamic_sort=1). */
void order_sort(struct object **objects, size_t count, bool first_fixed, bool for_fini);

/* Which algorithm order_sort uses: 1 or 2 (default). */
void order_set_algorithm(int algorithm);

#endif
