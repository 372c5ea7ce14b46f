/* Entry and system calls of the snapshot program on i386. Keeps the registers as they were found, in the
 * order ebp eax ebx ecx edx esi edi, and a zero that stands for r8. */
    .text
    .globl _start
    .type _start, @function
_start:
    push $0
    push %edi
    push %esi
    push %edx
    push %ecx
    push %ebx
    push %eax
    push %ebp
    mov %esp, %eax
    mov %gs:0, %edx
    and $-16, %esp
    sub $8, %esp
    push %edx
    push %eax
    call snapshot
    hlt
    .size _start, . - _start

    .globl raw_syscall
    .hidden raw_syscall
    .type raw_syscall, @function
raw_syscall:
    push %ebx
    mov 8(%esp), %eax
    mov 12(%esp), %ebx
    mov 16(%esp), %ecx
    mov 20(%esp), %edx
    int $0x80
    pop %ebx
    ret
    .size raw_syscall, . - raw_syscall

    .section .note.GNU-stack, "", @progbits
