/* call_probe: fills every register from the area at `given` and calls probe through the PLT. */
        .text
        .globl call_probe
        .type call_probe, @function
call_probe:
        push %rbx
        push %rbp
        push %r12
        push %r13
        push %r14
        push %r15
        sub $8, %rsp
        mov given@GOTPCREL(%rip), %r10
        mov level@GOTPCREL(%rip), %r11
        mov (%r11), %r11d
        fninit
        fldt 2064+128+16(%r10)
        fldt 2064+128(%r10)
        ldmxcsr 112(%r10)
        fldcw 116(%r10)
        lea 128(%r10), %r15
        cmp $2, %r11d
        je 2f
        cmp $1, %r11d
        je 1f
        .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movups \n*64(%r15), %xmm\n
        .endr
        jmp 3f
1:      .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vmovups \n*64(%r15), %ymm\n
        .endr
        jmp 3f
2:      .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vmovups \n*64(%r15), %zmm\n
        .endr
        .irp n,0,1,2,3,4,5,6,7
        kmovw 2048+2*\n(%r15), %k\n
        .endr
3:      mov 0(%r10), %rdi
        mov 8(%r10), %rsi
        mov 16(%r10), %rdx
        mov 24(%r10), %rcx
        mov 32(%r10), %r8
        mov 40(%r10), %r9
        mov 48(%r10), %rax
        mov 64(%r10), %rbx
        mov 72(%r10), %rbp
        mov 80(%r10), %r12
        mov 88(%r10), %r13
        mov 96(%r10), %r14
        mov 104(%r10), %r15
        mov 56(%r10), %r10
        call probe@PLT
        mov result@GOTPCREL(%rip), %r10
        mov %rax, 0(%r10)
        mov %rdx, 8(%r10)
        fstpt 16(%r10)
        fninit
        add $8, %rsp
        pop %r15
        pop %r14
        pop %r13
        pop %r12
        pop %rbp
        pop %rbx
        ret
        .size call_probe, .-call_probe
        .section .note.GNU-stack,"",@progbits
