/* Made by: npx wine-ld build --abi glibc-2.36-i386 */
/* i386: a call whose slot stays unbound, because an auditor or LD_PROFILE follows it. The structs that the
 * auditor sees are La_i86_regs and La_i86_retval (link.h). The C code behind it uses no vector or x87 register
 * and calls auditors through arch_call_preserving, so what is not in those structs is kept. */

    .set REGS_EDX, 0
    .set REGS_ECX, 4
    .set REGS_EAX, 8
    .set RESULT_EAX, 0
    .set RESULT_EDX, 4
    .set RESULT_ST0, 8
    .set RESULT_ST1, 20
    .set RESULT_SIZE, 48

/* The frame, at %ebx, which is that of La_i86_regs, too. What is called has its arguments above 36(%ebx). */
    .set FRAME_EBX, 20
    .set FRAME_HANDLE, 24
    .set FRAME_OFFSET, 28
    .set FRAME_RETURN, 32
    .set FRAME_ARGUMENTS, 36
    .set FRAME_ESI, -4
    .set FRAME_EDI, -8
    .set FRAME_COPY, -12   /* of the arguments; later where the return address goes */
    .set FRAME_TARGET, -16
    .set FRAME_X87, -20    /* how many x87 registers the function left */
    .set FRAME_SIZE, -24
    .set OUTGOING, 16      /* arguments of calls_exit, below its struct */

/* Stores the top of the x87 stack, unless that is empty. */
.macro store_x87 place
    fxam
    fnstsw %ax
    and $0x4500, %eax
    cmp $0x4100, %eax
    je 1f
    fstpt \place(%esp)
    incl FRAME_X87(%ebx)
.endm

    .text
    .globl call_trampoline
    .hidden call_trampoline
    .type call_trampoline, @function
/* On entry (psABI 5.2, PLT0): 0(%esp) = GOT[1], 4(%esp) = relocation offset, 8(%esp) = return address. */
call_trampoline:
    .cfi_startproc
    .cfi_adjust_cfa_offset 8
    push %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebx, 0
    lea 12(%esp), %ebx
    push %ebx /* lr_esp */
    .cfi_adjust_cfa_offset 4
    push %ebp
    .cfi_adjust_cfa_offset 4
    push %eax
    .cfi_adjust_cfa_offset 4
    push %ecx
    .cfi_adjust_cfa_offset 4
    push %edx
    .cfi_adjust_cfa_offset 4
    mov %esp, %ebx
    .cfi_def_cfa_register ebx
    sub $64, %esp
    and $-16, %esp
    lea FRAME_SIZE(%ebx), %eax
    mov %eax, 16(%esp)
    mov %ebx, 12(%esp)
    mov FRAME_RETURN(%ebx), %eax
    mov %eax, 8(%esp)
    mov FRAME_OFFSET(%ebx), %eax
    mov %eax, 4(%esp)
    mov FRAME_HANDLE(%ebx), %eax
    mov %eax, (%esp)
    call calls_enter
    mov FRAME_SIZE(%ebx), %ecx
    test %ecx, %ecx
    jns 3f

    /* Nobody wants the return: the function is called in the place of its caller. No register is free, so
     * the target goes through the stack with a ret that also drops what the PLT pushed. */
    mov %eax, FRAME_HANDLE(%ebx)
    mov REGS_EDX(%ebx), %edx
    mov REGS_ECX(%ebx), %ecx
    mov REGS_EAX(%ebx), %eax
    lea FRAME_EBX(%ebx), %esp
    .cfi_def_cfa esp, 16
    .cfi_remember_state
    pop %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore ebx
    ret $4

3:  /* It gets a copy of so much of the stack, aligned as the original is: vectors may lie there. */
    .cfi_restore_state
    .cfi_def_cfa ebx, 36
    mov %eax, FRAME_TARGET(%ebx)
    mov %esi, FRAME_ESI(%ebx)
    mov %edi, FRAME_EDI(%ebx)
    .cfi_offset esi, -40
    .cfi_offset edi, -44
    lea FRAME_ARGUMENTS(%ebx), %esi
    mov %esi, %eax
    and $63, %eax
    mov %esp, %edi
    sub %ecx, %edi
    and $-64, %edi
    lea -64(%edi,%eax), %edi
    mov %edi, %esp
    mov %edi, FRAME_COPY(%ebx)
    rep movsb
    mov FRAME_ESI(%ebx), %esi
    .cfi_restore esi
    mov FRAME_EDI(%ebx), %edi
    .cfi_restore edi
    mov REGS_EDX(%ebx), %edx
    mov REGS_ECX(%ebx), %ecx
    mov REGS_EAX(%ebx), %eax
    call *FRAME_TARGET(%ebx)

    /* What the function dropped of its arguments (a struct's address), the caller's stack loses, too: the
     * return address moves. */
    mov %esp, %ecx
    sub FRAME_COPY(%ebx), %ecx
    lea FRAME_RETURN(%ebx,%ecx), %ecx
    mov %ecx, FRAME_COPY(%ebx)
    lea -160(%ebx), %esp
    and $-16, %esp
    mov %eax, OUTGOING+RESULT_EAX(%esp)
    mov %edx, OUTGOING+RESULT_EDX(%esp)
    /* What an empty register of the x87 reads as. */
    movl $0, OUTGOING+RESULT_ST0(%esp)
    movl $0xc0000000, OUTGOING+RESULT_ST0+4(%esp)
    movl $0xffff, OUTGOING+RESULT_ST0+8(%esp)
    movl $0, OUTGOING+RESULT_ST1(%esp)
    movl $0xc0000000, OUTGOING+RESULT_ST1+4(%esp)
    movl $0xffff, OUTGOING+RESULT_ST1+8(%esp)
    movl $0, FRAME_X87(%ebx)
    store_x87 OUTGOING+RESULT_ST0
    store_x87 OUTGOING+RESULT_ST1
1:
    lea OUTGOING(%esp), %eax
    mov %eax, 12(%esp)
    mov %ebx, 8(%esp)
    mov FRAME_OFFSET(%ebx), %eax
    mov %eax, 4(%esp)
    mov FRAME_HANDLE(%ebx), %eax
    mov %eax, (%esp)
    call calls_exit

    cmpl $1, FRAME_X87(%ebx)
    jb 2f
    je 1f
    fldt OUTGOING+RESULT_ST1(%esp)
1:
    fldt OUTGOING+RESULT_ST0(%esp)
2:
    lea FRAME_RETURN(%ebx), %ecx
    mov FRAME_COPY(%ebx), %eax
    cmp %eax, %ecx
    je 1f
    mov (%ecx), %edx
    mov %edx, (%eax)
    mov %eax, %ecx
1:
    mov OUTGOING+RESULT_EAX(%esp), %eax
    mov OUTGOING+RESULT_EDX(%esp), %edx
    mov FRAME_EBX(%ebx), %ebx
    .cfi_restore ebx
    .cfi_def_cfa ecx, 4
    mov %ecx, %esp
    .cfi_def_cfa_register esp
    ret
    .cfi_endproc
    .size call_trampoline, . - call_trampoline
