/* Parts of the main thread's set-up that only some glibc versions or architectures have. Each is in
 * a file under optional/; without that file the name is NULL. */
#ifndef WINE_LD_GLIBC_THREAD_H
#define WINE_LD_GLIBC_THREAD_H

#include "arch.h"
#include "glibc_layout.h"
#include "object/tls.h"

/* Keeps the word that mangles function pointers where this glibc's libc reads it. */
void thread_set_pointer_guard(struct pthread *thread, elf_word guard);

#define OPTIONAL __attribute__((weak, visibility("hidden")))

/* Fills what pthread_create fills for other threads, and tells the kernel of the thread. */
OPTIONAL void thread_start(struct pthread *thread);
/* The word that the kernel clears when the thread ends; NULL: its number. */
OPTIONAL int32_t *thread_exit_word(struct pthread *thread);
/* Registers the thread's rseq area with the kernel unless the tunable glibc.pthread.rseq forbids
 * it, and sets __rseq_offset and __rseq_size. */
OPTIONAL void thread_register_rseq(struct pthread *thread);
/* A block of glibc's own in the static area: the rseq area where struct pthread has none. */
OPTIONAL struct tls_extra *thread_extra_block(void);
/* The kernel entry that libc's system calls go through (i386). */
OPTIONAL void thread_set_sysinfo(struct pthread *thread);
/* The robust list is doubly linked where struct pthread has room for it. */
OPTIONAL void thread_set_robust_previous(struct pthread *thread);
/* Says that libc did not make this thread's stack. */
OPTIONAL void thread_mark_user_stack(struct pthread *thread);

#endif
