/* System-call numbers (Linux). A call that the architecture does not have is -1. */
#ifndef WINE_LD_SYSCALL_NUMBERS_H
#define WINE_LD_SYSCALL_NUMBERS_H

$defines;

#endif
