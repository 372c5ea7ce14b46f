/* ld.so's environment variables (ld.so(8), "ENVIRONMENT").
 *
 * Knows each variable, which of them a secure process must not hear, and which must not even reach
 * its children. Does not know what the values do. Order matters as in ld.so: a later entry of the
 * environment overrides an earlier one of the same name. */
#include "process/environment.h"

#include "base/auxv.h"
#include "base/format.h"
#include "process/options.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

#define SUID_DEBUG_FILE "/etc/suid-debug" /* its presence lets a secure process be debugged */
enum { TRACE_IN_SECURE_PROCESS = 5 };     /* exit status */
enum { DEBUG_FILE_FLAGS = 1 | 02000 | 0100 | 0400000 }; /* O_WRONLY|O_APPEND|O_CREAT|O_NOFOLLOW */
enum { DEBUG_FILE_MODE = 0666 };

/* Removed from the environment of a secure process. */
static const char unsafe_variables[] =
    "GCONV_PATH\0GETCONF_DIR\0HOSTALIASES\0LD_AUDIT\0LD_DEBUG\0"
    "LD_DEBUG_OUTPUT\0LD_DYNAMIC_WEAK\0LD_HWCAP_MASK\0"
    "LD_LIBRARY_PATH\0LD_ORIGIN_PATH\0LD_PRELOAD\0LD_PROFILE\0"
    "LD_SHOW_AUXV\0LOCALDOMAIN\0LOCPATH\0MALLOC_TRACE\0NIS_PATH\0"
    "NLSPATH\0RESOLV_HOST_CONF\0RES_OPTIONS\0TMPDIR\0TZDIR\0";
/* And everything that begins like this: our own variables. */
#define OWN_PREFIX "WINE_LD_"

static void read_warn(const char *value) {
    options.warn = *value != '\0';
}
static void read_verbose(const char *value) {
    options.verbose = *value != '\0';
}
static void read_preload(const char *value) {
    options.preload = value;
}
static void read_profile(const char *value) {
    if (*value != '\0')
        options.profile = value;
}
static void read_bind_now(const char *value) {
    options.bind_now = *value != '\0';
}
static void read_bind_not(const char *value) {
    options.bind_not = *value != '\0';
}
static void read_show_auxv(const char *value) {
    (void)value;
    show_auxv();
}
static void read_origin_path(const char *value) {
    options.origin_path = value;
}
static void read_library_path(const char *value) {
    options.library_path = value;
}
static void read_debug_output(const char *value) {
    options.debug_output = value;
}
static void read_dynamic_weak(const char *value) {
    (void)value;
    options.dynamic_weak = true;
}
static void read_profile_output(const char *value) {
    if (*value != '\0')
        options.profile_output = value;
}
static void read_trace(const char *value) {
    const char *end;
    options.mode = RUN_LIST;
    options.traced = true;
    options.list_program = text_number(value, &end) > 1;
}

static const struct {
    const char *name; /* after "LD_" */
    void (*read)(const char *value);
    bool ignored_when_secure;
} variables[] = {
    {"WARN", read_warn, false},
    {"DEBUG", debug_words_read, false},
    {"AUDIT", options_add_audit, false},
    {"VERBOSE", read_verbose, false},
    {"PRELOAD", read_preload, false},
    {"PROFILE", read_profile, false},
    {"BIND_NOW", read_bind_now, false},
    {"BIND_NOT", read_bind_not, false},
    {"SHOW_AUXV", read_show_auxv, true},
    {"ORIGIN_PATH", read_origin_path, true},
    {"LIBRARY_PATH", read_library_path, true},
    {"DEBUG_OUTPUT", read_debug_output, false},
    {"DYNAMIC_WEAK", read_dynamic_weak, true},
    {"PROFILE_OUTPUT", read_profile_output, true},
    {"TRACE_LOADED_OBJECTS", read_trace, false},
};

/* The value when `entry` is "NAME=value" for this name, else NULL. */
static const char *value_of(const char *entry, const char *name) {
    while (*name != '\0' && *name == *entry) {
        ++name;
        ++entry;
    }
    return *name == '\0' && *entry == '=' ? entry + 1 : NULL;
}

static void read_variable(const char *entry) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
        const char *value = value_of(entry, variables[i].name);
        if (value != NULL) {
            if (!variables[i].ignored_when_secure || !options.secure)
                variables[i].read(value);
            return;
        }
    }
}

/* Whether an entry's name is in a list of names, each with its terminator. */
static bool is_named(const char *entry, const char *list) {
    for (const char *name = list; *name != '\0'; name += strlen(name) + 1)
        if (value_of(entry, name) != NULL)
            return true;
    return false;
}

/* Later glibcs have a list of what a secure process hears. */
static bool is_heard(const char *entry) {
    return !options.secure || environment_secure_words == NULL ||
           is_named(entry, environment_secure_words());
}

static bool is_unsafe(const char *entry) {
    return text_starts(entry, OWN_PREFIX) || is_named(entry, unsafe_variables) ||
           (environment_more_unsafe != NULL && is_named(entry, environment_more_unsafe()));
}

static void remove_unsafe(char **envp) {
    char **kept = envp;
    for (char **entry = envp; *entry != NULL; ++entry)
        if (!is_unsafe(*entry))
            *kept++ = *entry;
    *kept = NULL;
}

/* LD_DEBUG_OUTPUT: the file PATH.PID; standard output when it cannot be opened. Not in place: the
 * path would lie on a page of the stack that nothing else needs yet. */
static __attribute__((noinline)) void open_debug_output(void) {
    char path[4096];
    long pid = system_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    options.debug_fd = 1;
    if (format(path, sizeof path, "%s.%ld", options.debug_output, pid) < sizeof path) {
        long fd = system_call(SYS_open, (long)path, DEBUG_FILE_FLAGS, DEBUG_FILE_MODE, 0, 0, 0);
        if (fd >= 0)
            options.debug_fd = (int)fd;
    }
}

void environment_read(char **envp) {
    options.profile_output = options.secure ? "/var/profile" : "/var/tmp";
    for (char **entry = envp; *entry != NULL; ++entry)
        if (text_starts(*entry, "LD_") && is_heard(*entry))
            read_variable(*entry + 3);
    if (options.secure) {
        remove_unsafe(envp);
        if (system_access(SUID_DEBUG_FILE, 0) != 0)
            options.debug = 0;
        if (options.mode != RUN_PROGRAM)
            system_exit(TRACE_IN_SECURE_PROCESS);
    } else if (options.debug != 0 && options.debug_output != NULL) {
        open_debug_output();
    }
}
