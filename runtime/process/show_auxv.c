/* LD_SHOW_AUXV: the auxiliary vector in ld.so's words. */
#include "base/auxv.h"
#include "process/environment.h"
#include "base/format.h"

enum form { DECIMAL, HEXADECIMAL, BARE_HEXADECIMAL, TEXT, OMITTED };

/* Types that nothing but this list names (linux/auxvec.h). */
enum { EXECFD = 2, NOTELF = 10, IGNOREPPC = 22, BASE_PLATFORM = 24, L1I_CACHE = 40 };

static const struct {
    unsigned char type, form;
    char label[19];
} entries[] = {
    {EXECFD, DECIMAL, "EXECFD:"},
    {AT_EXECFN, TEXT, "EXECFN:"},
    {AT_PHDR, HEXADECIMAL, "PHDR:"},
    {AT_PHENT, DECIMAL, "PHENT:"},
    {AT_PHNUM, DECIMAL, "PHNUM:"},
    {AT_PAGESZ, DECIMAL, "PAGESZ:"},
    {AT_BASE, HEXADECIMAL, "BASE:"},
    {AT_FLAGS, HEXADECIMAL, "FLAGS:"},
    {AT_ENTRY, HEXADECIMAL, "ENTRY:"},
    {NOTELF, BARE_HEXADECIMAL, "NOTELF:"},
    {AT_UID, DECIMAL, "UID:"},
    {AT_EUID, DECIMAL, "EUID:"},
    {AT_GID, DECIMAL, "GID:"},
    {AT_EGID, DECIMAL, "EGID:"},
    {AT_PLATFORM, TEXT, "PLATFORM:"},
    {AT_HWCAP, BARE_HEXADECIMAL, "HWCAP:"},
    {AT_CLKTCK, DECIMAL, "CLKTCK:"},
    {AT_FPUCW, BARE_HEXADECIMAL, "FPUCW:"},
    {IGNOREPPC, OMITTED, "IGNOREPPC"},
    {AT_SECURE, DECIMAL, "SECURE:"},
    {BASE_PLATFORM, TEXT, "BASE_PLATFORM:"},
    {AT_SYSINFO, HEXADECIMAL, "SYSINFO:"},
    {AT_SYSINFO_EHDR, HEXADECIMAL, "SYSINFO_EHDR:"},
    {AT_RANDOM, HEXADECIMAL, "RANDOM:"},
    {AT_HWCAP2, HEXADECIMAL, "HWCAP2:"},
    {AT_MINSIGSTKSZ, DECIMAL, "MINSIGSTKSZ:"},
    {L1I_CACHE, DECIMAL, "L1I_CACHESIZE:"},
    {L1I_CACHE + 1, HEXADECIMAL, "L1I_CACHEGEOMETRY:"},
    {L1I_CACHE + 2, DECIMAL, "L1D_CACHESIZE:"},
    {L1I_CACHE + 3, HEXADECIMAL, "L1D_CACHEGEOMETRY:"},
    {L1I_CACHE + 4, DECIMAL, "L2_CACHESIZE:"},
    {L1I_CACHE + 5, HEXADECIMAL, "L2_CACHEGEOMETRY:"},
    {L1I_CACHE + 6, DECIMAL, "L3_CACHESIZE:"},
    {L1I_CACHE + 7, HEXADECIMAL, "L3_CACHEGEOMETRY:"},
};

static void show(const char *label, enum form form, elf_addr value) {
    enum { COLUMN = 19 };
    switch (form) {
    case DECIMAL:
        print(1, "AT_%-*s%lu\n", COLUMN, label, (unsigned long)value);
        break;
    case HEXADECIMAL:
        print(1, "AT_%-*s0x%lx\n", COLUMN, label, (unsigned long)value);
        break;
    case BARE_HEXADECIMAL:
        print(1, "AT_%-*s%lx\n", COLUMN, label, (unsigned long)value);
        break;
    case TEXT:
        print(1, "AT_%-*s%s\n", COLUMN, label, (const char *)value);
        break;
    case OMITTED:
        break;
    }
}

static void show_words(const struct hwcap_words *words, elf_addr value) {
    print(1, "AT_HWCAP:   ");
    for (size_t bit = 0; bit < sizeof words->bits / sizeof words->bits[0]; ++bit)
        if ((value >> bit & 1) != 0)
            print(1, " %s", words->bits[bit]);
    print(1, "\n");
}

void show_auxv(void) {
    for (size_t i = 0; i < process.auxv_count; ++i) {
        const elf_auxv *entry = &process.auxv[i];
        size_t row = 0;
        while (row < sizeof entries / sizeof entries[0] && entries[row].type != entry->a_type)
            ++row;
        if (entry->a_type == AT_HWCAP && environment_hwcap_words != NULL)
            show_words(environment_hwcap_words(), entry->a_val);
        else if (row < sizeof entries / sizeof entries[0])
            show(entries[row].label, entries[row].form, entry->a_val);
        else if (entry->a_type >= EXECFD)
            print(1, "AT_??? (0x%lx): 0x%lx\n", (unsigned long)entry->a_type,
                  (unsigned long)entry->a_val);
    }
}
