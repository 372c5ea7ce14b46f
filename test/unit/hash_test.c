// sources: runtime/base/symbol_name.c
/* The two hash functions of symbol names, against values from the ABI documents and from binutils.
 */
#include <stdbool.h>
#include <stdio.h>

#include "base/symbol_name.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

int main(void) {
    check(symbol_name_of("").gnu_hash == 5381, "GNU: empty name");
    check(symbol_name_of("printf").gnu_hash == 0x156b2bb8, "GNU: printf");
    check(symbol_name_of("exit").gnu_hash == 0x7c967e3f, "GNU: exit");
    check(symbol_name_of("syscall").gnu_hash == 0xbac212a0, "GNU: syscall");
    check(symbol_name_of("flapenguin.me").gnu_hash == 0x8ae9f18e, "GNU: name with a dot");
    check(symbol_name_of("\xff").gnu_hash == 5381u * 33 + 255, "GNU: bytes are unsigned");
    check(symbol_name_of("").size == 1, "size: empty name");
    check(symbol_name_of("exit").size == 5, "size: an even number of letters");
    check(symbol_name_of("syscall").size == 8, "size: an odd number of letters");
    check(sysv_hash_of("") == 0, "SysV: empty name");
    check(sysv_hash_of("printf") == 0x077905a6, "SysV: printf");
    check(sysv_hash_of("exit") == 0x0006cf04, "SysV: exit");
    check(sysv_hash_of("syscall") == 0x0b09985c, "SysV: syscall");
    check(sysv_hash_of("GLIBC_2.2.5") == 0x09691a75, "SysV: version name");
    check(sysv_hash_of("GLIBC_PRIVATE") == 0x0963cf85, "SysV: long version name");
    return failures != 0;
}
