/* The data objects that glibc's dynamic linker exports and no other file of this one defines. */
#include "glibc_layout.h"

$definitions;
