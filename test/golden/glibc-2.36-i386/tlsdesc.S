/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386: the functions of TLS descriptors ("TLS descriptors for IA32 and AMD64/EM64T"). %eax points to the
 * descriptor; the answer is the distance of the variable from the thread pointer, in %eax. Every other
 * register is kept; the flags are not. */

    .text
    .globl tlsdesc_static
    .hidden tlsdesc_static
    .type tlsdesc_static, @function
/* The argument is the answer. */
tlsdesc_static:
    .cfi_startproc
    mov 4(%eax), %eax
    ret
    .cfi_endproc
    .size tlsdesc_static, . - tlsdesc_static

    .globl tlsdesc_undefined
    .hidden tlsdesc_undefined
    .type tlsdesc_undefined, @function
/* The argument is the address that is to come out (a weak symbol that nobody defines: its addend). */
tlsdesc_undefined:
    .cfi_startproc
    mov 4(%eax), %eax
    sub %gs:0, %eax
    ret
    .cfi_endproc
    .size tlsdesc_undefined, . - tlsdesc_undefined

    .globl tlsdesc_dynamic
    .hidden tlsdesc_dynamic
    .type tlsdesc_dynamic, @function
/* The argument points to: module, offset, generation. The DTV (%gs:4; entries of 8 bytes: generation,
 * then one block per module) answers when it is as new as the module and the block is there. The C
 * function behind it uses no vector register. */
tlsdesc_dynamic:
    .cfi_startproc
    push %ecx
    .cfi_adjust_cfa_offset 4
    push %edx
    .cfi_adjust_cfa_offset 4
    mov %gs:4, %edx
    mov 4(%eax), %ecx
    mov (%edx), %eax
    cmp %eax, 8(%ecx)
    ja 2f
    mov (%ecx), %eax
    mov (%edx, %eax, 8), %eax
    cmp $-1, %eax
    je 2f
    add 4(%ecx), %eax
1:
    sub %gs:0, %eax
    pop %edx
    .cfi_adjust_cfa_offset -4
    pop %ecx
    .cfi_adjust_cfa_offset -4
    ret
2:
    .cfi_adjust_cfa_offset 8
    push %ebp
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebp, 0
    mov %esp, %ebp
    .cfi_def_cfa_register ebp
    and $-16, %esp
    sub $12, %esp
    push %ecx
    call tls_address
    leave
    .cfi_def_cfa esp, 12
    .cfi_restore ebp
    jmp 1b
    .cfi_endproc
    .size tlsdesc_dynamic, . - tlsdesc_dynamic
