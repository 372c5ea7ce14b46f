/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* The data objects that glibc's dynamic linker exports and no other file of this one defines. */
#include "glibc_layout.h"

int __libc_enable_secure __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(__libc_enable_secure) == 4, "sizeof(__libc_enable_secure)");
void *__libc_stack_end;
_Static_assert(sizeof(__libc_stack_end) == 8, "sizeof(__libc_stack_end)");
_Bool __nptl_initial_report_events;
_Static_assert(sizeof(__nptl_initial_report_events) == 1, "sizeof(__nptl_initial_report_events)");
unsigned int __rseq_flags __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(__rseq_flags) == 4, "sizeof(__rseq_flags)");
ptrdiff_t __rseq_offset __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(__rseq_offset) == 8, "sizeof(__rseq_offset)");
unsigned int __rseq_size __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(__rseq_size) == 4, "sizeof(__rseq_size)");
char **_dl_argv __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(_dl_argv) == 8, "sizeof(_dl_argv)");
struct r_debug_extended _r_debug_extended;
extern struct r_debug _r_debug __attribute__((alias("_r_debug_extended")));
__asm__(".size _r_debug, 40");
_Static_assert(sizeof(_r_debug) == 40, "sizeof(_r_debug)");
struct rtld_global _rtld_global;
_Static_assert(sizeof(_rtld_global) == 4336, "sizeof(_rtld_global)");
struct rtld_global_ro _rtld_global_ro __attribute__((section(".data.rel.ro")));
_Static_assert(sizeof(_rtld_global_ro) == 896, "sizeof(_rtld_global_ro)");
