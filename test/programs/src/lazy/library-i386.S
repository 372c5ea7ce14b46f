/* The i386 form of library-x86_64.S: argument registers of regparm functions, SSE, AVX and x87. */
        .text
        .globl probe
        .type probe, @function
probe:
        pushl %ebx
        call 9f
9:      popl %ebx
        addl $_GLOBAL_OFFSET_TABLE_+(.-9b), %ebx
        pushl %esi
        movl seen@GOT(%ebx), %esi
        movl %eax, 0(%esi)
        movl %edx, 4(%esi)
        movl %ecx, 8(%esi)
        movl %edi, 12(%esi)
        movl %ebp, 16(%esi)
        stmxcsr 112(%esi)
        fnstcw 116(%esi)
        fnstsw 118(%esi)
        movl level@GOT(%ebx), %eax
        movl (%eax), %eax
        testl %eax, %eax
        jne 1f
        .irp n,0,1,2,3,4,5,6,7
        movups %xmm\n, 128+\n*64(%esi)
        .endr
        jmp 3f
1:      cmpl $2, %eax
        je 2f
        .irp n,0,1,2,3,4,5,6,7
        vmovups %ymm\n, 128+\n*64(%esi)
        .endr
        jmp 3f
2:      .irp n,0,1,2,3,4,5,6,7
        vmovups %zmm\n, 128+\n*64(%esi)
        .endr
        .irp n,0,1,2,3,4,5,6,7
        kmovw %k\n, 128+2048+2*\n(%esi)
        .endr
3:      fstpt 128+2064(%esi)
        fstpt 128+2080(%esi)
        movl $0x11223344, %eax
        movl $0x55667788, %edx
        fld1
        popl %esi
        popl %ebx
        ret
        .size probe, .-probe
        .section .note.GNU-stack,"",@progbits
