/* Descriptors 0, 1 and 2 of a secure process. */
#ifndef WINE_LD_STANDARD_FILES_H
#define WINE_LD_STANDARD_FILES_H

/* Opens those of the three that are closed, in a secure process before any other file is opened: to
 * something that fails or says nothing, as ld.so does, so that no file of the program gets the
 * number of standard error. Ends the process with SIGSEGV, without a word, if that cannot be had.
 */
void standard_files_open(void);

#endif
