/* Made by: npx wine-ld build --abi glibc-2.36-x86_64 */
/* x86_64: lazy binding. The C code behind it uses no vector, mask or x87 register, so only the integer
 * argument registers need saving; an IFUNC resolver, which may use anything, is called through
 * arch_call_preserving. */

    .text
    .globl lazy_trampoline
    .hidden lazy_trampoline
    .type lazy_trampoline, @function
/* On entry (psABI 5.2, PLT0): 0(%rsp) = GOT[1], 8(%rsp) = relocation index, 16(%rsp) = return address. */
lazy_trampoline:
    .cfi_startproc
    .cfi_adjust_cfa_offset 16
    push %rax /* number of vector arguments of a variadic call */
    .cfi_adjust_cfa_offset 8
    push %rdi
    .cfi_adjust_cfa_offset 8
    push %rsi
    .cfi_adjust_cfa_offset 8
    push %rdx
    .cfi_adjust_cfa_offset 8
    push %rcx
    .cfi_adjust_cfa_offset 8
    push %r8
    .cfi_adjust_cfa_offset 8
    push %r9
    .cfi_adjust_cfa_offset 8
    push %r10 /* static chain */
    .cfi_adjust_cfa_offset 8
    mov 64(%rsp), %rdi
    mov 72(%rsp), %rsi
    push %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    mov %rsp, %rbx
    .cfi_def_cfa_register rbx
    and $-16, %rsp
    call lazy_bind
    mov %rbx, %rsp
    .cfi_def_cfa_register rsp
    mov %rax, %r11
    pop %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    pop %r10
    .cfi_adjust_cfa_offset -8
    pop %r9
    .cfi_adjust_cfa_offset -8
    pop %r8
    .cfi_adjust_cfa_offset -8
    pop %rcx
    .cfi_adjust_cfa_offset -8
    pop %rdx
    .cfi_adjust_cfa_offset -8
    pop %rsi
    .cfi_adjust_cfa_offset -8
    pop %rdi
    .cfi_adjust_cfa_offset -8
    pop %rax
    .cfi_adjust_cfa_offset -8
    add $16, %rsp
    .cfi_adjust_cfa_offset -16
    jmp *%r11
    .cfi_endproc
    .size lazy_trampoline, . - lazy_trampoline

    .globl arch_call_preserving
    .hidden arch_call_preserving
    .type arch_call_preserving, @function
/* elf_addr arch_call_preserving(function, area, argument): XSAVE into an area of more than 512 bytes, else FXSAVE.
 * Tile state (bits 17, 18) is left alone as glibc leaves it: it is never part of a call's arguments. */
arch_call_preserving:
    .cfi_startproc
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    mov %rdi, %rcx
    mov %rdx, %r8
    sub %rsi, %rsp
    and $-64, %rsp
    cmp $512, %rsi
    jbe 1f
    xor %eax, %eax
    lea 512(%rsp), %rdi
    mov %rcx, %rsi
    mov $8, %ecx
    rep stosq /* the XSAVE header must be zero */
    mov $0xfff9ffff, %eax
    mov $0xffffffff, %edx
    xsave (%rsp)
    mov %r8, %rdi
    call *%rsi
    mov %rax, %rcx
    mov $0xfff9ffff, %eax
    mov $0xffffffff, %edx
    xrstor (%rsp)
    jmp 2f
1:
    fxsave (%rsp)
    mov %r8, %rdi
    call *%rcx
    mov %rax, %rcx
    fxrstor (%rsp)
2:
    mov %rcx, %rax
    leave
    .cfi_def_cfa rsp, 8
    ret
    .cfi_endproc
    .size arch_call_preserving, . - arch_call_preserving
