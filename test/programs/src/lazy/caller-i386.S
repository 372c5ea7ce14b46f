/* The i386 form of caller-x86_64.S. */
        .text
        .globl call_probe
        .type call_probe, @function
call_probe:
        pushl %ebx
        pushl %esi
        pushl %edi
        pushl %ebp
        subl $12, %esp
        call 9f
9:      popl %ebx
        addl $_GLOBAL_OFFSET_TABLE_+(.-9b), %ebx
        movl given@GOT(%ebx), %esi
        movl level@GOT(%ebx), %eax
        movl (%eax), %eax
        fninit
        fldt 128+2080(%esi)
        fldt 128+2064(%esi)
        ldmxcsr 112(%esi)
        fldcw 116(%esi)
        testl %eax, %eax
        jne 1f
        .irp n,0,1,2,3,4,5,6,7
        movups 128+\n*64(%esi), %xmm\n
        .endr
        jmp 3f
1:      cmpl $2, %eax
        je 2f
        .irp n,0,1,2,3,4,5,6,7
        vmovups 128+\n*64(%esi), %ymm\n
        .endr
        jmp 3f
2:      .irp n,0,1,2,3,4,5,6,7
        vmovups 128+\n*64(%esi), %zmm\n
        .endr
        .irp n,0,1,2,3,4,5,6,7
        kmovw 128+2048+2*\n(%esi), %k\n
        .endr
3:      movl 0(%esi), %eax
        movl 4(%esi), %edx
        movl 8(%esi), %ecx
        movl 12(%esi), %edi
        movl 16(%esi), %ebp
        call probe@PLT
        movl result@GOT(%ebx), %esi
        movl %eax, 0(%esi)
        movl %edx, 8(%esi)
        fstpt 16(%esi)
        fninit
        addl $12, %esp
        popl %ebp
        popl %edi
        popl %esi
        popl %ebx
        ret
        .size call_probe, .-call_probe
        .section .note.GNU-stack,"",@progbits
