/* The environment variables of the address space: WINE_LD_POLICY, WINE_LD_ASLR,
 * WINE_LD_ENTRIES, WINE_LD_TRACE. */
#ifndef WINE_LD_SPACE_SETTING_H
#define WINE_LD_SPACE_SETTING_H

/* The value of the variable, NULL: not set, or the process is secure (AT_SECURE). */
const char *setting(const char *name);

#endif
