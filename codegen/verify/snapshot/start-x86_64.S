/* Entry and system calls of the snapshot program on x86_64. Keeps the registers as they were found, in
 * the order rbp rax rbx rcx rdx rsi rdi r8. */
    .text
    .globl _start
    .type _start, @function
_start:
    push %r8
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %rbx
    push %rax
    push %rbp
    mov %rsp, %rdi
    mov %fs:0, %rsi
    and $-16, %rsp
    call snapshot
    hlt
    .size _start, . - _start

    .globl raw_syscall
    .hidden raw_syscall
    .type raw_syscall, @function
raw_syscall:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    syscall
    ret
    .size raw_syscall, . - raw_syscall

    .section .note.GNU-stack, "", @progbits
