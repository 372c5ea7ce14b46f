/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64: __tls_get_addr (psABI: ELF Handling For TLS). %rdi points to a module id and an offset; the answer
 * is the variable's address in the calling thread. */

    .text
    .globl __tls_get_addr
    .type __tls_get_addr, @function
/* The DTV (%fs:8; entries of 16 bytes: generation, then one block per module) answers when it is up to
 * date and the block is there. Old compilers call this with a misaligned stack. */
__tls_get_addr:
    .cfi_startproc
    mov %fs:8, %rdx
    mov tls_generation(%rip), %rax
    cmp %rax, (%rdx)
    jne 1f
    mov (%rdi), %rax
    shl $4, %rax
    mov (%rdx, %rax), %rax
    cmp $-1, %rax
    je 1f
    add 8(%rdi), %rax
    ret
1:
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    and $-16, %rsp
    call tls_address
    leave
    .cfi_def_cfa rsp, 8
    .cfi_restore rbp
    ret
    .cfi_endproc
    .size __tls_get_addr, . - __tls_get_addr
