/* What --help and --version say, and what bad usage gets to hear: ld.so's words, with this linker's
 * own name and variables where it differs. */
#include "process/options.h"

#include "glibc_identity.h"
#include "base/auxv.h"
#include "base/format.h"
#include "search/search.h"
#include "base/system.h"

enum { USAGE_ERROR = 1 }; /* exit status */

static const char *own_name(void) {
    return process.argc > 0 ? process.argv[0] : ARCH_SONAME;
}

static const char help[] =
    "Usage: %s [OPTION]... EXECUTABLE-FILE [ARGS-FOR-PROGRAM...]\n"
    "You have invoked 'ld.so', the program interpreter for dynamically-linked\n"
    "ELF programs.  Usually, the program interpreter is invoked automatically\n"
    "when a dynamically-linked executable is started.\n"
    "\n"
    "You may invoke the program interpreter program directly from the command\n"
    "line to load and run an ELF executable file; this is like executing that\n"
    "file itself, but always uses the program interpreter you invoked,\n"
    "instead of the program interpreter specified in the executable file you\n"
    "run.  Invoking the program interpreter directly provides access to\n"
    "additional diagnostics, and changing the dynamic linker behavior without\n"
    "setting environment variables (which would be inherited by subprocesses).\n"
    "\n"
    "  --list                list all dependencies and how they are resolved\n"
    "  --verify              verify that given object really is a dynamically linked\n"
    "                        object we can handle\n"
    "  --inhibit-cache       Do not use /etc/ld.so.cache\n"
    "  --library-path PATH   use given PATH instead of content of the environment\n"
    "                        variable LD_LIBRARY_PATH\n"
    "  --glibc-hwcaps-prepend LIST\n"
    "                        search glibc-hwcaps subdirectories in LIST\n"
    "  --glibc-hwcaps-mask LIST\n"
    "                        only search built-in subdirectories if in LIST\n"
    "  --inhibit-rpath LIST  ignore RUNPATH and RPATH information in object names\n"
    "                        in LIST\n"
    "  --audit LIST          use objects named in LIST as auditors\n"
    "  --preload LIST        preload objects named in LIST\n"
    "  --argv0 STRING        set argv[0] to STRING before running\n"
    "  --list-tunables       list all tunables with minimum and maximum values\n"
    "  --list-diagnostics    list diagnostics information\n"
    "  --help                display this help and exit\n"
    "  --version             output version information and exit\n"
    "\n"
    "This program interpreter self-identifies as: " ARCH_INTERPRETER "\n";

static const char own_variables[] =
    "\n"
    "This is wine-ld. Environment variables of its own:\n"
    "  WINE_LD_POLICY        how addresses are chosen: wine, compact, kernel, or a file\n"
    "  WINE_LD_ENTRIES       libc's own mappings under a filter: \"write\" serves them, \"keep\" "
    "never\n"
    "  WINE_LD_TRACE         record every change of the address space in this file\n";

void options_print_help(void) {
    print(1, help, own_name());
    search_print();
    print(1, own_variables);
    system_exit(0);
}

void options_print_version(void) {
    print(1, "wine-ld, in place of the ld.so of glibc " GLIBC_VERSION " (" GLIBC_ABI ").\n"
             "This is free software; see the source for copying conditions.\n"
             "There is NO warranty; not even for MERCHANTABILITY or FITNESS FOR A\n"
             "PARTICULAR PURPOSE.\n");
    system_exit(0);
}

void options_print_usage_error(const char *wrong) {
    if (wrong != NULL)
        print(2, "%s: unrecognized option '%s'\n", own_name(), wrong);
    else
        print(2, "%s: missing program name\n", own_name());
    print(2, "Try '%s --help' for more information.\n", own_name());
    system_exit(USAGE_ERROR);
}
