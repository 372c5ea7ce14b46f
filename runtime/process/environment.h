/* The LD_ variables: from the environment into `options`. Parts of options_read. */
#ifndef WINE_LD_ENVIRONMENT_H
#define WINE_LD_ENVIRONMENT_H

/* Reads every LD_ variable of `envp`. In a secure process removes what is unsafe from `envp` and
 * ignores what is not allowed. Opens the LD_DEBUG_OUTPUT file. */
void environment_read(char **envp);

/* Adds the words of an LD_DEBUG value to options.debug. Warns of unknown words on standard error;
 * "help" prints the list of words and exits with status 0. */
void debug_words_read(const char *list);

/* LD_SHOW_AUXV: prints the auxiliary vector to standard output. */
void show_auxv(void);

/* Names that this glibc takes out of the environment of a secure process beside the usual ones,
 * each with its terminator, an empty one behind the last (glibc/optional/); NULL: none. */
__attribute__((weak, visibility("hidden"))) const char *environment_more_unsafe(void);
/* The variables that a secure process hears, each with its terminator; NULL: it depends on each. */
__attribute__((weak, visibility("hidden"))) const char *environment_secure_words(void);

/* A word for each bit of AT_HWCAP, in LD_SHOW_AUXV's lines (glibc/optional/); NULL: it is shown as
 * a number. */
struct hwcap_words {
    char bits[32][8];
};
__attribute__((weak, visibility("hidden"))) const struct hwcap_words *environment_hwcap_words(void);

#endif
