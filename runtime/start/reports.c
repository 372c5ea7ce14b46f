/* Which report which mode prints. Knows none of their texts. */
#include "start/reports.h"

#include "process/error.h"
#include "glibc/entry/diagnostics.h"
#include "glibc/tunables.h"
#include "link/load.h"
#include "process/options.h"
#include "base/system.h"

/* --help tells where the program's libraries are looked for, if there is a program that can be
 * loaded. */
static _Noreturn void print_help(void) {
    struct error error = {0};
    if (options.program != NULL)
        load_object(namespace_at(NAMESPACE_BASE), options.program, NULL, OBJECT_PROGRAM, 0, &error);
    options_print_help();
}

void reports_print(void) {
    switch (options.mode) {
    case RUN_VERSION:
        options_print_version();
    case RUN_HELP:
        print_help();
    case RUN_TUNABLES:
        tunables_print();
        break;
    case RUN_DIAGNOSTICS:
        diagnostics_print();
        break;
    case RUN_PROGRAM:
    case RUN_LIST:
    case RUN_VERIFY:
        return;
    }
    system_exit(0);
}
