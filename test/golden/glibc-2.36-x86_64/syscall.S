/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64: system calls and the thread pointer. */
#include "syscall_numbers.h"

    .text
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
