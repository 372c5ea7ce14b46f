/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64: the functions of TLS descriptors ("TLS descriptors for IA32 and AMD64/EM64T"). %rax points to
 * the descriptor; the answer is the distance of the variable from the thread pointer, in %rax. Every
 * other register is kept; the flags are not. */

    .text
    .globl tlsdesc_static
    .hidden tlsdesc_static
    .type tlsdesc_static, @function
/* The argument is the answer. */
tlsdesc_static:
    .cfi_startproc
    mov 8(%rax), %rax
    ret
    .cfi_endproc
    .size tlsdesc_static, . - tlsdesc_static

    .globl tlsdesc_undefined
    .hidden tlsdesc_undefined
    .type tlsdesc_undefined, @function
/* The argument is the address that is to come out (a weak symbol that nobody defines: its addend). */
tlsdesc_undefined:
    .cfi_startproc
    mov 8(%rax), %rax
    sub %fs:0, %rax
    ret
    .cfi_endproc
    .size tlsdesc_undefined, . - tlsdesc_undefined

    .globl tlsdesc_dynamic
    .hidden tlsdesc_dynamic
    .type tlsdesc_dynamic, @function
/* The argument points to: module, offset, generation. The DTV (%fs:8; entries of 16 bytes: generation,
 * then one block per module) answers when it is as new as the module and the block is there. The C
 * function behind it uses no vector register. */
tlsdesc_dynamic:
    .cfi_startproc
    push %rdi
    .cfi_adjust_cfa_offset 8
    push %rsi
    .cfi_adjust_cfa_offset 8
    mov %fs:8, %rsi
    mov 8(%rax), %rdi
    mov (%rsi), %rax
    cmp %rax, 16(%rdi)
    ja 2f
    mov (%rdi), %rax
    shl $4, %rax
    mov (%rsi, %rax), %rax
    cmp $-1, %rax
    je 2f
    add 8(%rdi), %rax
1:
    sub %fs:0, %rax
    pop %rsi
    .cfi_adjust_cfa_offset -8
    pop %rdi
    .cfi_adjust_cfa_offset -8
    ret
2:
    .cfi_adjust_cfa_offset 16
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    push %rdx
    push %rcx
    push %r8
    push %r9
    push %r10
    push %r11
    and $-16, %rsp
    call tls_address
    lea -48(%rbp), %rsp
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rbp
    .cfi_def_cfa rsp, 24
    .cfi_restore rbp
    jmp 1b
    .cfi_endproc
    .size tlsdesc_dynamic, . - tlsdesc_dynamic
