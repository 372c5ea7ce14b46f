/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386: entry from the kernel. */
    .text
    .globl _start
    .hidden _start
    .type _start, @function
/* The kernel enters here: %esp -> argc (psABI 3.4.1). linker_start returns the program's entry point;
 * the program gets our exit handler in %edx and the stack as linker_start left it. */
_start:
    .cfi_startproc
    .cfi_undefined eip
    xor %ebp, %ebp
    mov %esp, %esi
    and $-16, %esp
    sub $12, %esp
    push %esi
    call linker_start
    mov %esi, %esp
    call 1f
1:
    pop %edx
    lea init_finish_all - 1b(%edx), %edx
    jmp *%eax
    .cfi_endproc
    .size _start, . - _start
