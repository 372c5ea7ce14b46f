/* The command line of a direct start, "ld.so [OPTION]... PROGRAM [ARGUMENT]...", on top of what the
 * environment asks for.
 *
 * Knows what each option is called and how many arguments it takes. Does not act on any of them,
 * except that bad usage ends here. */
#include "process/options.h"

#include "base/auxv.h"
#include "process/environment.h"
#include "base/format.h"
#include "base/system.h"
#include "base/text.h"

struct options options;

/* The linker's own entry point: AT_ENTRY is this when the linker itself is the program. */
extern const char _start[] __attribute__((visibility("hidden")));

/* Options that only change the mode of a run. */
static const struct {
    char name[20];
    enum run_mode mode;
    bool yields_to_help; /* --help before it wins */
} mode_options[] = {
    {"--list", RUN_LIST, true},
    {"--verify", RUN_VERIFY, true},
    {"--list-tunables", RUN_TUNABLES, false},
    {"--list-diagnostics", RUN_DIAGNOSTICS, false},
    {"--help", RUN_HELP, false},
};

/* Options with an argument, and where it goes. */
static const struct {
    const char *name;
    const char **value;
} text_options[] = {
    {"--library-path", &options.library_path},
    {"--inhibit-rpath", &options.inhibit_rpath},
    {"--preload", &options.preload_option},
    {"--argv0", &options.argv0},
    {"--glibc-hwcaps-prepend", &options.hwcaps_prepend},
    {"--glibc-hwcaps-mask", &options.hwcaps_mask},
};

void options_add_audit(const char *list) {
    if (*list == '\0')
        return;
    if (options.audit_count == OPTIONS_AUDIT_LISTS) {
        print(2, "Fatal glibc error: Too many audit modules requested\n");
        system_exit(127);
    }
    options.audit[options.audit_count++] = list;
}

static bool read_mode_option(const char *argument) {
    for (size_t i = 0; i < sizeof mode_options / sizeof mode_options[0]; ++i) {
        if (text_equal(argument, mode_options[i].name)) {
            if (!mode_options[i].yields_to_help || options.mode != RUN_HELP) {
                options.mode = mode_options[i].mode;
                options.traced = false;
            }
            return true;
        }
    }
    if (text_equal(argument, "--inhibit-cache")) {
        options.inhibit_cache = true;
        return true;
    }
    return false;
}

static bool read_text_option(const char *name, const char *value) {
    if (text_equal(name, "--audit")) {
        options_add_audit(value);
        return true;
    }
    for (size_t i = 0; i < sizeof text_options / sizeof text_options[0]; ++i) {
        if (text_equal(name, text_options[i].name)) {
            *text_options[i].value = value;
            options.library_path_is_option |= text_options[i].value == &options.library_path;
            return true;
        }
    }
    return false;
}

/* Whether the run ends without a program once the options are read. */
static bool needs_program(void) {
    return options.mode != RUN_TUNABLES && options.mode != RUN_DIAGNOSTICS &&
           options.mode != RUN_HELP;
}

static void read_command_line(int count, char **arguments) {
    int at = 1;
    while (at < count) {
        const char *argument = arguments[at];
        if (text_equal(argument, "--version")) {
            options.mode = RUN_VERSION;
            return;
        }
        if (read_mode_option(argument))
            ++at;
        else if (at + 1 < count && read_text_option(argument, arguments[at + 1]))
            at += 2;
        else if (text_starts(argument, "--")) /* "--" itself is no option either */
            options_print_usage_error(argument);
        else
            break;
    }
    if (at < count) {
        options.program = arguments[at];
        process.name = options.program;
    } else if (needs_program()) {
        options_print_usage_error(NULL);
    }
    options.skipped_arguments = at;
}

void options_read(void) {
    options.debug_fd = 2;
    options.secure = process.secure;
    environment_read(process.envp);
    options.audit_from_environment = options.audit_count;
    options.direct = process.entry == (elf_addr)_start;
    if (options.direct)
        read_command_line(process.argc, process.argv);
}
