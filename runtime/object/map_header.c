/* Judging a file by its ELF header, in ld.so's order and words. Pure: reads only bytes already
 * read. */
#include "object/map.h"
#include "base/text.h"

static const char *ident_fault(const unsigned char *ident) {
    static const unsigned char zeros[EI_NIDENT];
    if (memcmp(ident, ELF_MAGIC, 4) != 0)
        return "invalid ELF header";
    if (ident[EI_DATA] != ELFDATA2LSB)
        return "ELF file data encoding not little-endian";
    if (ident[EI_VERSION] != EV_CURRENT)
        return "ELF file version ident does not match current one";
    if (ident[EI_OSABI] != ELFOSABI_SYSV && ident[EI_OSABI] != ELFOSABI_GNU)
        return "ELF file OS ABI invalid";
    if (ident[EI_ABIVERSION] > (ident[EI_OSABI] == ELFOSABI_GNU ? 3 : 0))
        return "ELF file ABI version invalid";
    if (memcmp(ident + EI_ABIVERSION + 1, zeros, EI_NIDENT - EI_ABIVERSION - 1) != 0)
        return "nonzero padding in e_ident";
    return NULL;
}

enum map_verdict map_check_header(const struct found_file *file, const char **reason) {
    const elf_ehdr *header = (const elf_ehdr *)(const void *)file->header;
    if (file->header_size < sizeof *header) {
        *reason = "file too short";
        return MAP_REFUSED;
    }
    if (memcmp(header->e_ident, ELF_MAGIC, 4) == 0 && header->e_ident[EI_CLASS] != ARCH_ELF_CLASS)
        return MAP_OTHER_CLASS;
    *reason = ident_fault(header->e_ident);
    if (*reason == NULL && header->e_version != EV_CURRENT)
        *reason = "ELF file version does not match current one";
    if (*reason != NULL)
        return MAP_REFUSED;
    if (header->e_machine != ARCH_MACHINE)
        return MAP_OTHER_MACHINE;
    if (header->e_type != ET_DYN && header->e_type != ET_EXEC)
        *reason = "only ET_DYN and ET_EXEC can be loaded";
    else if (header->e_phentsize != sizeof(elf_phdr))
        *reason = "ELF file's phentsize not the expected size";
    return *reason != NULL ? MAP_REFUSED : MAP_ACCEPTED;
}

bool map_headers_complete(const struct found_file *file) {
    const elf_ehdr *header = (const elf_ehdr *)(const void *)file->header;
    uint64_t size = (uint64_t)header->e_phnum * sizeof(elf_phdr);
    return size <= file->status.size && header->e_phoff <= file->status.size - size;
}
