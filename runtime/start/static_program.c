/* Programs that need no dynamic linker, given to ld.so to run. Knows how to tell them; leaves the
 * rest to the kernel, for which the program starts anew: what was mapped of it is gone then. */
#include "start/static_program.h"

#include "base/auxv.h"
#include "base/format.h"
#include "process/options.h"
#include "base/system.h"
#include "base/text.h"

/* What execve fails with, by the names that ld.so prints. */
static const struct {
    int code;
    char name[16];
} reasons[] = {
    {1, "EPERM"},   {2, "ENOENT"},  {5, "EIO"},      {7, "E2BIG"},         {8, "ENOEXEC"},
    {11, "EAGAIN"}, {12, "ENOMEM"}, {13, "EACCES"},  {14, "EFAULT"},       {20, "ENOTDIR"},
    {21, "EISDIR"}, {22, "EINVAL"}, {23, "ENFILE"},  {24, "EMFILE"},       {26, "ETXTBSY"},
    {38, "ENOSYS"}, {40, "ELOOP"},  {80, "ELIBBAD"}, {36, "ENAMETOOLONG"},
};

enum { FAILED = 127, NOT_DYNAMIC = 1 }; /* exit status */

static const char *reason_name(int code) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; ++i)
        if (reasons[i].code == code)
            return reasons[i].name;
    return NULL;
}

static _Noreturn void execute(void) {
    char **arguments = process.argv + options.skipped_arguments;
    const char *path = arguments[0];
    if (options.argv0 != NULL)
        arguments[0] = (char *)(uintptr_t)options.argv0;
    int code = -system_execve(path, arguments, process.envp);
    const char *name = reason_name(code);
    if (name != NULL)
        print(2, "%s: cannot execute %s: %s\n", ARCH_SONAME, path, name);
    else
        print(2, "%s: cannot execute %s: %d\n", ARCH_SONAME, path, code);
    system_exit(FAILED);
}

static bool has_header(const struct object *program, uint32_t type) {
    for (size_t i = 0; i < program->phdr_count; ++i)
        if (program->phdr[i].p_type == type)
            return true;
    return false;
}

static bool needs_any(const struct object *program) {
    for (size_t i = 0; i < program->dynamic.count; ++i)
        if (program->dynamic.table[i].d_tag == DT_NEEDED)
            return true;
    return false;
}

void static_program_run(const struct object *program) {
    const char *soname = program->dynamic.soname;
    if (options.mode == RUN_PROGRAM && soname != NULL && text_equal(soname, ARCH_SONAME)) {
        print(2, "%s: loader cannot load itself\n", ARCH_SONAME);
        system_exit(FAILED);
    }
    if (options.mode == RUN_PROGRAM && !needs_any(program) && !has_header(program, PT_INTERP))
        execute();
    if (program->dynamic.table != NULL)
        return;
    if (options.mode == RUN_VERIFY)
        system_exit(NOT_DYNAMIC);
    print(1, "\tstatically linked\n");
    system_exit(0);
}
