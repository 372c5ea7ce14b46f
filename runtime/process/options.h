/* What the user asked for: ld.so's environment variables and command line, after the rules for
 * secure (AT_SECURE) processes were applied. Read once, immutable afterwards. */
#ifndef WINE_LD_OPTIONS_H
#define WINE_LD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum run_mode {
    RUN_PROGRAM,
    RUN_LIST,        /* --list, LD_TRACE_LOADED_OBJECTS */
    RUN_VERIFY,      /* --verify */
    RUN_TUNABLES,    /* --list-tunables */
    RUN_DIAGNOSTICS, /* --list-diagnostics */
    RUN_HELP,        /* --help; `program` may be NULL */
    RUN_VERSION,     /* --version */
};

/* LD_DEBUG words, with the values that glibc publishes in _dl_debug_mask. */
enum debug_word {
    DEBUG_LIBS = 1 << 0,
    DEBUG_IMPCALLS = 1 << 1,
    DEBUG_BINDINGS = 1 << 2,
    DEBUG_SYMBOLS = 1 << 3,
    DEBUG_VERSIONS = 1 << 4,
    DEBUG_RELOC = 1 << 5,
    DEBUG_FILES = 1 << 6,
    DEBUG_STATISTICS = 1 << 7,
    DEBUG_UNUSED = 1 << 8,
    DEBUG_SCOPES = 1 << 9,
    DEBUG_HELP = 1 << 10,
};

enum { OPTIONS_AUDIT_LISTS = 16 };

struct options {
    enum run_mode mode;
    bool direct;       /* started as "ld.so PROGRAM", not as PT_INTERP */
    bool secure;       /* AT_SECURE */
    bool traced;       /* RUN_LIST is LD_TRACE_LOADED_OBJECTS: what is missing gets listed */
    bool list_program; /* LD_TRACE_LOADED_OBJECTS above 1: the list names the program, too */

    const char *library_path;    /* --library-path, else LD_LIBRARY_PATH */
    bool library_path_is_option; /* it came from --library-path */
    const char *preload;         /* LD_PRELOAD */
    const char *preload_option;  /* --preload */
    /* LD_AUDIT and each --audit: lists separated by colons. */
    const char *audit[OPTIONS_AUDIT_LISTS];
    size_t audit_count;
    size_t audit_from_environment; /* that many of them are LD_AUDIT's */
    const char *argv0;             /* --argv0 */
    const char *inhibit_rpath;     /* --inhibit-rpath */
    const char *hwcaps_prepend;    /* --glibc-hwcaps-prepend */
    const char *hwcaps_mask;       /* --glibc-hwcaps-mask */
    const char *origin_path;       /* LD_ORIGIN_PATH */
    const char *profile;           /* LD_PROFILE */
    const char *profile_output;    /* LD_PROFILE_OUTPUT, or the default folder */
    const char *debug_output;      /* LD_DEBUG_OUTPUT */

    bool inhibit_cache; /* --inhibit-cache */
    bool bind_now;      /* LD_BIND_NOW; LD_DEBUG=unused asks for it as well */
    bool bind_not;      /* LD_BIND_NOT */
    bool dynamic_weak;  /* LD_DYNAMIC_WEAK */
    bool verbose, warn; /* LD_VERBOSE, LD_WARN */
    uint32_t debug;     /* enum debug_word */
    int debug_fd;       /* where LD_DEBUG goes: 2, or the LD_DEBUG_OUTPUT file */

    const char *program;   /* direct mode: the file to run */
    int skipped_arguments; /* argv entries before the program's own argv[0] */
};

extern struct options options;

/* Reads environment and (direct mode) command line of `process`. In a secure process drops the
 * unsafe variables from the environment, as ld.so does. Bad usage ends the program in ld.so's
 * words, as do LD_DEBUG=help and a secure process that was asked for anything but to run. */
void options_read(void);

/* Adds a list to `audit`; an empty one is none. Too many end the program in ld.so's words. */
void options_add_audit(const char *list);

/* --help, --version: prints to standard output and exits with status 0. */
_Noreturn void options_print_help(void);
_Noreturn void options_print_version(void);

/* Ends the program with "unrecognized option" (`wrong` not NULL) or "missing program name",
 * status 1. */
_Noreturn void options_print_usage_error(const char *wrong);

#endif
