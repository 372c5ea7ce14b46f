/* LD_DEBUG's output. The words and what they stand for are options'; the r_debug record is glibc/r_debug. */
#include "debug.h"

#include <stdarg.h>

#include "auxv.h"
#include "format.h"
#include "syscall_numbers.h"
#include "system.h"

const char *debug_name(const struct object *object) {
    return object->name[0] != '\0'    ? object->name
           : process.argv[0] != NULL ? process.argv[0]
                                     : "<main program>";
}

void debug_print(const char *format, ...) {
    va_list arguments;
    long pid = system_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    va_start(arguments, format);
    print(options.debug_fd, "%10ld:\t", pid);
    print_va(options.debug_fd, format, arguments);
    va_end(arguments);
}
