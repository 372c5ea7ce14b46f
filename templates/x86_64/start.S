/* x86_64: entry from the kernel. */
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
