/* An auditor of calls: says what it sees, changes what is named so, and leaves no register as it was. FRAME is
 * what it answers as the frame's size, TO and FROM are la_objopen's answer for the library and the program. */
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef NAME
#define NAME "audit"
#endif
#ifndef FRAME
#define FRAME 256
#endif
#ifndef TO
#define TO (LA_FLG_BINDTO | LA_FLG_BINDFROM)
#endif
#ifndef FROM
#define FROM LA_FLG_BINDFROM
#endif

#if __ELF_NATIVE_CLASS == 64
#define LA_SYMBIND la_symbind64
#define LA_ENTER   la_x86_64_gnu_pltenter
#define LA_EXIT    la_x86_64_gnu_pltexit
typedef La_x86_64_regs registers;
typedef La_x86_64_retval results;
#else
#define LA_SYMBIND la_symbind32
#define LA_ENTER   la_i86_gnu_pltenter
#define LA_EXIT    la_i86_gnu_pltexit
typedef La_i86_regs registers;
typedef La_i86_retval results;
#endif

static void clobber(void) {
    static const char ones[64] = {[0 ... 63] = 0x7f};
#ifdef __x86_64__
    __asm__ volatile("movups %0, %%xmm0\n\tmovups %0, %%xmm1\n\tmovups %0, %%xmm2\n\tmovups %0, %%xmm3\n\t"
                     "movups %0, %%xmm4\n\tmovups %0, %%xmm5\n\tmovups %0, %%xmm6\n\tmovups %0, %%xmm7"
                     :
                     : "m"(ones)
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
    if (__builtin_cpu_supports("avx"))
        __asm__ volatile("vmovups %0, %%ymm0\n\tvmovups %0, %%ymm1\n\tvzeroupper"
                         :
                         : "m"(ones)
                         : "xmm0", "xmm1");
#else
    __asm__ volatile("movups %0, %%xmm0" : : "m"(ones));
#endif
}

static void tell(const char *what, const char *symbol, unsigned flags) {
#ifdef QUIET
    return;
#endif
    char line[128];
    int length = snprintf(line, sizeof line, NAME ": %s %s, flags %#x\n", what, symbol, flags);
    (void)!write(1, line, (size_t)length);
}

unsigned la_version(unsigned version) {
    return version;
}

unsigned la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie) {
    (void)cookie;
    if (space != LM_ID_BASE)
        return 0;
    return strstr(map->l_name, "libcalls.so") != NULL ? TO : *map->l_name == '\0' ? FROM : 0;
}

uintptr_t LA_SYMBIND(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                     unsigned *flags, const char *name) {
    (void)index;
    (void)from;
    (void)to;
    tell("bind", name, *flags);
    if (strcmp(name, "no_enter") == 0)
        *flags |= LA_SYMB_NOPLTENTER;
    if (strcmp(name, "no_exit") == 0)
        *flags |= LA_SYMB_NOPLTEXIT;
    clobber();
    return symbol->st_value;
}

static void change(registers *in, const char *name) {
#ifdef __x86_64__
    if (strcmp(name, "changed_integer") == 0)
        in->lr_rdi = 42;
    if (strcmp(name, "changed_double") == 0)
        *(double *)&in->lr_xmm[0] = 42.5;
    if (strcmp(name, "changed_wide") == 0)
        in->lr_vector[0].ymm[0][7] = 77;
#else
    if (strcmp(name, "changed_integer") == 0)
        ((long *)in->lr_esp)[1] = 42;
    if (strcmp(name, "changed_double") == 0)
        *(double *)(in->lr_esp + 4) = 42.5;
    if (strcmp(name, "call_registers") == 0)
        in->lr_edx = 5;
#endif
}

ElfW(Addr) LA_ENTER(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                    registers *in, unsigned *flags, const char *name, long *frame_size) {
    (void)index;
    (void)from;
    (void)to;
    tell("enter", name, *flags);
    change(in, name);
    if (strcmp(name, "no_more") == 0)
        *flags |= LA_SYMB_NOPLTENTER;
    *frame_size = FRAME;
    clobber();
    return symbol->st_value;
}

#ifndef NO_EXIT
static int is(const char *name, const char *other) {
    return strcmp(name, other) == 0;
}

static void answer(results *out, const char *name) {
#ifdef __x86_64__
    if (is(name, "changed_result"))
        out->lrv_rax = 99;
    if (is(name, "changed_double_result"))
        *(double *)&out->lrv_xmm0 = 99.5;
#else
    if (is(name, "changed_result"))
        out->lrv_eax = 99;
    if (is(name, "changed_double_result"))
        out->lrv_st0 = 99.5;
#endif
    if (is(name, "call_extended"))
        out->lrv_st0 += 1;
}

unsigned LA_EXIT(ElfW(Sym) * symbol, unsigned index, uintptr_t *from, uintptr_t *to,
                 const registers *in, results *out, const char *name) {
    (void)symbol;
    (void)index;
    (void)from;
    (void)to;
    (void)in;
    tell("exit", name, 0);
    answer(out, name);
    clobber();
    return 0;
}
#endif
