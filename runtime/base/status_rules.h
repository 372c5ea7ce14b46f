/* Which system call a version of glibc makes to learn what a file is; a function that is there says
 * yes (glibc/optional/). */
#ifndef WINE_LD_STATUS_RULES_H
#define WINE_LD_STATUS_RULES_H

/* stat and fstat. Absent: newfstatat or, where time is 32 bits wide otherwise, statx. */
__attribute__((weak, visibility("hidden"))) void status_rules_plain(void);
/* fstat for a descriptor, where the rule above would be newfstatat. */
__attribute__((weak, visibility("hidden"))) void status_rules_plain_descriptors(void);

#endif
