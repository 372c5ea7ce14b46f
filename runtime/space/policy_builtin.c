/* The built-in policies, in the language of policy files. The simulator of `wine-ld trace replay`
 * reads them from here. Why they are as they are: docs/address-space.md. */
#include "space/policy.h"
#include "base/text.h"

/* Where the kernel would put it: aligned as the kernel aligns it, or what libc would cut to that
 * alignment (x86_64); into the smallest hole that fits, and only at last below the break or where
 * the kernel leaves room for the stack (i386). */
static const char compact[] =
    "arch x86_64\n"
    "zone native 4G kernel\n"
    "stack 128M\n"
    "break kernel 1G\n"
    "place any below 2M in native top\n"
    "place image from 4M in native top align 2M\n"
    "place heap multiple 64M in native top align 64M\n"
    "place anonymous,heap,stack multiple 2M in native top align 2M\n"
    "place any in native top\n"
    "arch i386\n"
    "stack 16M\n"
    "zone upper break kernel\n"
    "zone lower 1M program random 4M\n"
    "zone gap kernel end most 56M late 2G\n"
    "zone rest 1M end late 4K\n"
    "break kernel 32M\n"
    "place heap multiple 2M in upper,lower,gap,rest top best together align 1M\n"
    "place any in upper,lower,gap,rest top best together\n";

/* Nothing native where Windows programs live: below 2 GiB (i386), below 0x700100000000 (x86_64). */
static const char wine[] = "arch x86_64\n"
                           "guest ntdll.so __wine_main wine_main_preload_info\n"
                           "keep 0x10000 0x68000000\n"
                           "keep 0x7ff00000 0x7fff0000\n"
                           "keep 0x7ffffe000000 0x7fffffff0000\n"
                           "zone native 0x700100000000 0x7ff000000000 random 8T\n"
                           "zone low 64K 0x7fff0000\n"
                           "zone windows 1T 0x6fff00000000\n"
                           "zone spill 4G 0x700000000000\n"
                           "stack 128M\n"
                           "break native 1G\n"
                           "device /dmabuf:\n"
                           "program small\n"
                           "zone shown 64K 0x7fff0000\n"
                           "place device in shown,native,spill bottom align 64K\n"
                           "program large\n"
                           "zone shown 64K 0xffff0000\n"
                           "place device in shown,native,spill bottom align 64K\n"
                           "program any\n"
                           "place guest below 68K in windows,spill bottom align 64K\n"
                           "place guest from 1M below 1028K in windows,spill bottom align 64K\n"
                           "place guest in low,windows,spill bottom align 64K\n"
                           "place any below 4M in native,spill top\n"
                           "place image from 4M in native,spill top align 2M\n"
                           "place anonymous,heap from 128M in native,spill top align 64M\n"
                           "place anonymous,heap from 4M in native,spill top align 2M\n"
                           "place any in native,spill top\n"
                           "arch i386\n"
                           "guest ntdll.so __wine_main wine_main_preload_info\n"
                           "keep 0x10000 0x4000000\n"
                           "list 0x4000000 0x68000000\n"
                           "keep 0x7f000000 0x82000000\n"
                           "stack 1M\n"
                           "zone last 1M 0x68000000\n"
                           "program small\n"
                           "zone below 0x110000 0x400000\n"
                           "zone spill 0x20000000 0x7f000000\n"
                           "zone dlls 0x64000000 0x7fff0000\n"
                           "zone windows 0x110000 0x7fff0000\n"
                           "zone large 0x82000000 stack random 8M\n"
                           "zone native 0x82000000 stack closed\n"
                           "place guest below 68K in native,spill top\n"
                           "place guest from 1M below 1028K in spill top only\n"
                           "place guest from 8256K below 8260K in windows top align 64K only\n"
                           "place guest from 16448K below 16452K in windows top align 64K only\n"
                           "place guest from 32832K below 32836K in windows top align 64K only\n"
                           "place guest from 65600K below 65604K in windows top align 64K only\n"
                           "place guest from 64M in windows bottom align 64K only over\n"
                           "place guest below 1M in below,dlls,windows bottom align 64K only\n"
                           "place guest below 16M in below,dlls,windows bottom best align 64K "
                           "only\n"
                           "place guest in windows bottom best align 64K only\n"
                           "place device in spill,last,native top align 64K\n"
                           "place heap from 64M below 65M in spill,last,native top align 64K\n"
                           "program large\n"
                           "zone spill 0x68000000 0x7f000000\n"
                           "zone windows 0x110000 0xffff0000\n"
                           "zone native 0x82000000 stack\n"
                           "place guest below 68K in native,spill top\n"
                           "place guest from 1M below 1028K in spill,native top only\n"
                           "place guest from 64M in windows bottom align 64K only over\n"
                           "place guest below 1M in windows bottom align 64K only\n"
                           "place guest in windows bottom best align 64K only\n"
                           "program any\n"
                           "break native 16M\n"
                           "place stack,image,linker in native,spill,last top\n"
                           "place heap from 2M below 3M in native,spill,last top align 1M\n"
                           "program small\n"
                           "place any from 16M in large,native,spill,last bottom best align 64K\n"
                           "place any from 1M in large,native,spill,last bottom align 64K\n"
                           "program large\n"
                           "place any from 64K in native,spill,last top best align 64K\n"
                           "program any\n"
                           "place any in native,spill,last top\n";

static const char kernel[] = "break kernel 0\n";

static const struct {
    const char *name, *text;
} policies[] = {{"wine", wine}, {"compact", compact}, {"kernel", kernel}};

const char *policy_builtin(const char *name) {
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; ++i)
        if (text_equal(policies[i].name, name))
            return policies[i].text;
    return NULL;
}
