/* The set-up of the main thread. */
#ifndef WINE_LD_GLIBC_THREAD_H
#define WINE_LD_GLIBC_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "object/tls.h"
#include "process/error.h"

struct pthread;

/* The main thread: static TLS block, TCB (struct pthread), guards, thread pointer, robust list,
 * rseq. In two steps: memory and thread pointer, then (after relocation) TLS images. */
bool thread_create_initial(struct error *error);
void thread_init_initial_tls(void);
/* In a process with auditors the thread is made before the initial objects are loaded: the objects
 * that came since get modules, and (after relocation) their TLS images. */
bool thread_admit_initial(struct error *error);
void thread_complete_initial_tls(void);

/* Keeps the word that mangles function pointers where this glibc's libc reads it. */
void thread_set_pointer_guard(struct pthread *thread, elf_addr guard);

/* Parts that only some glibc versions or architectures have. Each is in a file under optional/;
 * without that file the name is NULL. */
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
