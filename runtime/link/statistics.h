/* LD_DEBUG=statistics: how long a start took, of what, and what was bound. Nothing is measured
 * unless that was asked for. */
#ifndef WINE_LD_STATISTICS_H
#define WINE_LD_STATISTICS_H

enum statistics_part { STATISTICS_REST, STATISTICS_LOADING, STATISTICS_RELOCATION };

/* From here on the start does `part`; the first call begins the whole. */
void statistics_enter(enum statistics_part part);
/* Reports the start, which is over. */
void statistics_print(void);
/* Reports what was bound in all, at exit. */
void statistics_print_final(void);

#endif
