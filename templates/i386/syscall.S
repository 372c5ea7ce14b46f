/* i386: system calls and the thread pointer. */
#include "syscall_numbers.h"

    .text
    .globl system_call
    .hidden system_call
    .type system_call, @function
/* long system_call(number, a, b, c, d, e, f): through arch_sysinfo, which keeps all but %eax. */
system_call:
    .cfi_startproc
    push %ebp
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebp, 0
    push %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebx, 0
    push %edi
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset edi, 0
    push %esi
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset esi, 0
    call 1f
1:
    .cfi_adjust_cfa_offset 4
    pop %eax
    .cfi_adjust_cfa_offset -4
    push arch_sysinfo - 1b(%eax)
    .cfi_adjust_cfa_offset 4
    mov 24(%esp), %eax
    mov 28(%esp), %ebx
    mov 32(%esp), %ecx
    mov 36(%esp), %edx
    mov 40(%esp), %esi
    mov 44(%esp), %edi
    mov 48(%esp), %ebp
    call *(%esp)
    add $4, %esp
    .cfi_adjust_cfa_offset -4
    pop %esi
    .cfi_adjust_cfa_offset -4
    .cfi_restore esi
    pop %edi
    .cfi_adjust_cfa_offset -4
    .cfi_restore edi
    pop %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore ebx
    pop %ebp
    .cfi_adjust_cfa_offset -4
    .cfi_restore ebp
    ret
    .cfi_endproc
    .size system_call, . - system_call

    .type int80, @function
/* The entry of kernels that offer no AT_SYSINFO. */
int80:
    .cfi_startproc
    int $0x80
    ret
    .cfi_endproc
    .size int80, . - int80

    .globl arch_set_thread_pointer
    .hidden arch_set_thread_pointer
    .type arch_set_thread_pointer, @function
/* set_thread_area with a free GDT slot, then %gs selects it (index * 8 + 3). struct user_desc: entry,
 * base, limit 0xfffff pages, flags seg_32bit | limit_in_pages | useable. */
arch_set_thread_pointer:
    .cfi_startproc
    push %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset ebx, 0
    mov 8(%esp), %eax
    push $0x51
    .cfi_adjust_cfa_offset 4
    push $0xfffff
    .cfi_adjust_cfa_offset 4
    push %eax
    .cfi_adjust_cfa_offset 4
    push $-1
    .cfi_adjust_cfa_offset 4
    mov %esp, %ebx
    mov $SYS_set_thread_area, %eax
    int $0x80
    test %eax, %eax
    jnz 1f
    mov (%esp), %ecx
    lea 3(,%ecx,8), %ecx
    mov %cx, %gs
1:
    add $16, %esp
    .cfi_adjust_cfa_offset -16
    pop %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore ebx
    ret
    .cfi_endproc
    .size arch_set_thread_pointer, . - arch_set_thread_pointer

    .data
    .globl arch_sysinfo
    .hidden arch_sysinfo
    .type arch_sysinfo, @object
    .balign 4
arch_sysinfo:
    .long int80
    .size arch_sysinfo, 4
