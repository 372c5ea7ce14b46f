/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64: entry from the kernel, system calls, thread pointer, state-preserving call. */
#include "syscall_numbers.h"

    .text
    .globl _start
    .hidden _start
    .type _start, @function
/* The kernel enters here: %rsp -> argc (psABI 3.4.1). linker_start returns the program's entry point;
 * the program gets our exit handler in %rdx and the stack as linker_start left it. */
_start:
    .cfi_startproc
    .cfi_undefined rip
    xor %ebp, %ebp
    mov %rsp, %rdi
    mov %rsp, %rbx
    and $-16, %rsp
    call linker_start
    mov %rbx, %rsp
    lea init_finish_all(%rip), %rdx
    jmp *%rax
    .cfi_endproc
    .size _start, . - _start

    .globl system_call
    .hidden system_call
    .type system_call, @function
/* long system_call(number, a, b, c, d, e, f) */
system_call:
    .cfi_startproc
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    ret
    .cfi_endproc
    .size system_call, . - system_call

    .globl arch_set_thread_pointer
    .hidden arch_set_thread_pointer
    .type arch_set_thread_pointer, @function
/* arch_prctl(ARCH_SET_FS, pointer) */
arch_set_thread_pointer:
    .cfi_startproc
    mov %rdi, %rsi
    mov $0x1002, %edi
    mov $SYS_arch_prctl, %eax
    syscall
    ret
    .cfi_endproc
    .size arch_set_thread_pointer, . - arch_set_thread_pointer
