/* The runs that print something about the linker instead of running a program. */
#ifndef WINE_LD_REPORTS_H
#define WINE_LD_REPORTS_H

/* For --version, --list-tunables, --list-diagnostics and --help: prints and exits with status 0;
 * returns for every other mode. When options, tunables, cpu features and the search are ready and
 * no object is loaded. */
void reports_print(void);

#endif
