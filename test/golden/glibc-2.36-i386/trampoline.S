/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386: lazy binding. The C code behind it uses no vector or x87 register, so only the registers that can
 * carry arguments (regparm) need saving; an IFUNC resolver, which may use anything, is called through
 * arch_call_preserving. */

    .text
    .globl lazy_trampoline
    .hidden lazy_trampoline
    .type lazy_trampoline, @function
/* On entry (psABI 5.2, PLT0): 0(%esp) = GOT[1], 4(%esp) = relocation offset, 8(%esp) = return address.
 * No register is free at the end, so the target goes through the stack with a ret that also drops
 * what the PLT pushed. */
lazy_trampoline:
    .cfi_startproc
    .cfi_adjust_cfa_offset 8
    push %eax
    .cfi_adjust_cfa_offset 4
    push %ecx
    .cfi_adjust_cfa_offset 4
    push %edx
    .cfi_adjust_cfa_offset 4
    push 16(%esp)
    .cfi_adjust_cfa_offset 4
    push 16(%esp)
    .cfi_adjust_cfa_offset 4
    call lazy_bind
    add $8, %esp
    .cfi_adjust_cfa_offset -8
    mov %eax, 12(%esp) /* over GOT[1] */
    pop %edx
    .cfi_adjust_cfa_offset -4
    pop %ecx
    .cfi_adjust_cfa_offset -4
    pop %eax
    .cfi_adjust_cfa_offset -4
    ret $4
    .cfi_endproc
    .size lazy_trampoline, . - lazy_trampoline

    .globl arch_call_preserving
    .hidden arch_call_preserving
    .type arch_call_preserving, @function
/* elf_addr arch_call_preserving(function, area, argument): XSAVE into an area of more than 512 bytes, FXSAVE
 * into one of 512, nothing to save in none. The area lies above the argument. */
arch_call_preserving:
    .cfi_startproc
    push %ebp
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebp, 0
    mov %esp, %ebp
    .cfi_def_cfa_register ebp
    push %edi
    .cfi_offset edi, -12
    sub 12(%ebp), %esp
    and $-64, %esp
    sub $64, %esp
    mov 16(%ebp), %eax
    mov %eax, (%esp)
    cmpl $512, 12(%ebp)
    je 1f
    jb 3f
    xor %eax, %eax
    lea 576(%esp), %edi
    mov $16, %ecx
    rep stosl /* the XSAVE header must be zero */
    mov $0xfff9ffff, %eax
    mov $0xffffffff, %edx
    xsave 64(%esp)
    call *8(%ebp)
    mov %eax, %ecx
    mov $0xfff9ffff, %eax
    mov $0xffffffff, %edx
    xrstor 64(%esp)
    jmp 2f
1:
    fxsave 64(%esp)
    call *8(%ebp)
    mov %eax, %ecx
    fxrstor 64(%esp)
    jmp 2f
3:
    call *8(%ebp)
    mov %eax, %ecx
2:
    mov %ecx, %eax
    mov -4(%ebp), %edi
    leave
    .cfi_def_cfa esp, 4
    ret
    .cfi_endproc
    .size arch_call_preserving, . - arch_call_preserving
