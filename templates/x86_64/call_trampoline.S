/* x86_64: a call whose slot stays unbound, because an auditor or LD_PROFILE follows it. The structs that the
 * auditor sees are La_x86_64_regs and La_x86_64_retval (link.h). The C code behind it uses no vector, mask
 * or x87 register and calls auditors through arch_call_preserving, so what is not in those structs is kept. */

    .set REGS_RDX, 0
    .set REGS_R8, 8
    .set REGS_R9, 16
    .set REGS_RCX, 24
    .set REGS_RSI, 32
    .set REGS_RDI, 40
    .set REGS_RBP, 48
    .set REGS_RSP, 56
    .set REGS_XMM, 64
    .set REGS_VECTOR, 192
    .set REGS_SIZE, 768
    .set RESULT_RAX, 0
    .set RESULT_RDX, 8
    .set RESULT_XMM, 16
    .set RESULT_ST0, 48
    .set RESULT_ST1, 64
    .set RESULT_VECTOR, 80
    .set RESULT_SIZE, 240
    .set XMM_SIZE, 16
    .set VECTOR_SIZE, 64

/* The frame, at %rbx; what is called has its arguments above 72(%rbx). */
    .set FRAME_RBX, 0
    .set FRAME_RAX, 8
    .set FRAME_SIZE, 16
    .set FRAME_REGS, 24
    .set FRAME_R10, 32
    .set FRAME_X87, 40 /* how many x87 registers the function left */
    .set FRAME_HANDLE, 48
    .set FRAME_INDEX, 56
    .set FRAME_RETURN, 64
    .set FRAME_ARGUMENTS, 72

/* Stores register `number` as XMM and whole, and a copy by which a change is seen. */
.macro store_vector number, move, vector, xmm, whole, copy
    movups %xmm\number, \xmm(%rsp)
    movups %xmm\number, \copy(%rsp)
    .ifnc \vector, xmm
    \move %\vector\number, \whole(%rsp)
    .endif
.endm

/* Loads it again. Of an auditor that changed both, the XMM counts: that is the older interface. Both
 * places hold the same afterwards. Uses %rsi and %rdi. */
.macro load_vector number, move, vector, xmm, whole, copy
    mov \xmm(%rsp), %rsi
    mov \xmm+8(%rsp), %rdi
    xor \copy(%rsp), %rsi
    xor \copy+8(%rsp), %rdi
    or %rsi, %rdi
    .ifc \vector, xmm
    jz 8f
    movups \xmm(%rsp), %xmm\number
    .else
    jz 7f
    vmovups \xmm(%rsp), %xmm\number
    vmovups %xmm\number, \whole(%rsp)
    jmp 8f
7:
    \move \whole(%rsp), %\vector\number
    vmovups %xmm\number, \xmm(%rsp)
    .endif
8:
.endm

.macro each_argument what, move, vector
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7
    \what \number, \move, \vector, (REGS_XMM+XMM_SIZE*\number), (REGS_VECTOR+VECTOR_SIZE*\number), (REGS_SIZE+XMM_SIZE*\number)
    .endr
.endm

.macro each_result what, move, vector
    .irp number, 0, 1
    \what \number, \move, \vector, (RESULT_XMM+XMM_SIZE*\number), (RESULT_VECTOR+VECTOR_SIZE*\number), (RESULT_SIZE+XMM_SIZE*\number)
    .endr
.endm

/* Stores the top of the x87 stack, unless that is empty. */
.macro store_x87 place
    fxam
    fnstsw %ax
    and $0x4500, %eax
    cmp $0x4100, %eax
    je 1f
    fstpt \place(%rsp)
    incl FRAME_X87(%rbx)
.endm

.macro call_trampoline name, move, vector
    .globl \name
    .hidden \name
    .type \name, @function
/* On entry (psABI 5.2, PLT0): 0(%rsp) = GOT[1], 8(%rsp) = relocation index, 16(%rsp) = return address. */
\name:
    .cfi_startproc
    .cfi_adjust_cfa_offset 16
    sub $48, %rsp
    .cfi_adjust_cfa_offset 48
    mov %rbx, FRAME_RBX(%rsp)
    .cfi_rel_offset rbx, 0
    mov %rsp, %rbx
    .cfi_def_cfa_register rbx
    mov %rax, FRAME_RAX(%rbx) /* number of vector arguments of a variadic call */
    mov %r10, FRAME_R10(%rbx) /* static chain */
    and $-64, %rsp
    sub $(REGS_SIZE + 8 * XMM_SIZE), %rsp
    mov %rsp, FRAME_REGS(%rbx)
    mov %rdx, REGS_RDX(%rsp)
    mov %r8, REGS_R8(%rsp)
    mov %r9, REGS_R9(%rsp)
    mov %rcx, REGS_RCX(%rsp)
    mov %rsi, REGS_RSI(%rsp)
    mov %rdi, REGS_RDI(%rsp)
    mov %rbp, REGS_RBP(%rsp)
    lea FRAME_RETURN(%rbx), %rax
    mov %rax, REGS_RSP(%rsp)
    each_argument store_vector, \move, \vector

    mov FRAME_HANDLE(%rbx), %rdi
    mov FRAME_INDEX(%rbx), %rsi
    mov FRAME_RETURN(%rbx), %rdx
    mov %rsp, %rcx
    lea FRAME_SIZE(%rbx), %r8
    call calls_enter
    mov %rax, %r11

    each_argument load_vector, \move, \vector
    mov REGS_RDX(%rsp), %rdx
    mov REGS_R8(%rsp), %r8
    mov REGS_R9(%rsp), %r9
    mov FRAME_R10(%rbx), %r10
    mov FRAME_RAX(%rbx), %rax
    mov FRAME_SIZE(%rbx), %rcx
    test %rcx, %rcx
    jns 3f

    /* Nobody wants the return: the function is called in the place of its caller. */
    mov REGS_RCX(%rsp), %rcx
    mov REGS_RSI(%rsp), %rsi
    mov REGS_RDI(%rsp), %rdi
    mov %rbx, %rsp
    .cfi_def_cfa_register rsp
    mov FRAME_RBX(%rsp), %rbx
    .cfi_remember_state
    .cfi_restore rbx
    add $FRAME_RETURN, %rsp
    .cfi_def_cfa_offset 8
    jmp *%r11

3:  /* It gets a copy of so much of the stack, aligned as the original is: vectors may lie there. */
    .cfi_restore_state
    .cfi_def_cfa_register rbx
    lea FRAME_ARGUMENTS(%rbx), %rsi
    mov %rsp, %rdi
    sub %rcx, %rdi
    and $-64, %rdi
    and $63, %esi
    lea -64(%rdi,%rsi), %rdi
    lea FRAME_ARGUMENTS(%rbx), %rsi
    mov %rdi, %rsp
    rep movsb
    mov FRAME_REGS(%rbx), %rdi
    mov REGS_RCX(%rdi), %rcx
    mov REGS_RSI(%rdi), %rsi
    mov REGS_RDI(%rdi), %rdi
    call *%r11

    mov FRAME_REGS(%rbx), %rsp
    sub $(RESULT_SIZE + 2 * XMM_SIZE), %rsp
    mov %rax, RESULT_RAX(%rsp)
    mov %rdx, RESULT_RDX(%rsp)
    each_result store_vector, \move, \vector
    /* What an empty register of the x87 reads as. */
    mov $0xc000000000000000, %rax
    mov %rax, RESULT_ST0(%rsp)
    mov %rax, RESULT_ST1(%rsp)
    movq $0xffff, RESULT_ST0+8(%rsp)
    movq $0xffff, RESULT_ST1+8(%rsp)
    movl $0, FRAME_X87(%rbx)
    store_x87 RESULT_ST0
    store_x87 RESULT_ST1
1:
    mov FRAME_HANDLE(%rbx), %rdi
    mov FRAME_INDEX(%rbx), %rsi
    mov FRAME_REGS(%rbx), %rdx
    mov %rsp, %rcx
    call calls_exit

    each_result load_vector, \move, \vector
    cmpl $1, FRAME_X87(%rbx)
    jb 2f
    je 1f
    fldt RESULT_ST1(%rsp)
1:
    fldt RESULT_ST0(%rsp)
2:
    mov RESULT_RAX(%rsp), %rax
    mov RESULT_RDX(%rsp), %rdx
    mov %rbx, %rsp
    .cfi_def_cfa_register rsp
    mov FRAME_RBX(%rsp), %rbx
    .cfi_restore rbx
    add $FRAME_RETURN, %rsp
    .cfi_def_cfa_offset 8
    ret
    .cfi_endproc
    .size \name, . - \name
.endm

    .text
    call_trampoline call_trampoline_xmm, movups, xmm
    call_trampoline call_trampoline_ymm, vmovups, ymm
    call_trampoline call_trampoline_zmm, vmovups, zmm
