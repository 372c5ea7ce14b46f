/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386: ___tls_get_addr (the GNU variant, argument in %eax) and __tls_get_addr (Sun's, argument on the
 * stack). The argument points to a module id and an offset; the answer is the variable's address in the
 * calling thread. */

    .text
    .globl __tls_get_addr
    .type __tls_get_addr, @function
__tls_get_addr:
    .cfi_startproc
    mov 4(%esp), %eax
    jmp answer
    .cfi_endproc
    .size __tls_get_addr, . - __tls_get_addr

    .globl ___tls_get_addr
    .type ___tls_get_addr, @function
/* The DTV (%gs:4; entries of 8 bytes: generation, then one block per module) answers when it is up to
 * date and the block is there. */
___tls_get_addr:
answer:
    .cfi_startproc
    call load_pc
1:
    mov tls_generation - 1b(%edx), %edx
    mov %gs:4, %ecx
    cmp %edx, (%ecx)
    jne 2f
    mov (%eax), %edx
    mov (%ecx, %edx, 8), %edx
    cmp $-1, %edx
    je 2f
    mov 4(%eax), %eax
    add %edx, %eax
    ret
2:
    push %ebp
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebp, 0
    mov %esp, %ebp
    .cfi_def_cfa_register ebp
    and $-16, %esp
    sub $12, %esp
    push %eax
    call tls_address
    leave
    .cfi_def_cfa esp, 4
    .cfi_restore ebp
    ret
    .cfi_endproc
    .size ___tls_get_addr, . - ___tls_get_addr

    .type load_pc, @function
load_pc:
    .cfi_startproc
    mov (%esp), %edx
    ret
    .cfi_endproc
    .size load_pc, . - load_pc
