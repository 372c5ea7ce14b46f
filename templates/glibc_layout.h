/* glibc's private structs as far as the linker uses them, at the offsets that this build of glibc gives
 * them. Members that are not used are padding. */
#ifndef WINE_LD_GLIBC_LAYOUT_H
#define WINE_LD_GLIBC_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "arch.h"

$declarations;

$views;

$assertions;

$objects;

#endif
