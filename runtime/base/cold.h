/* Where data lies that an ordinary start never touches: behind all other data, so that what a start
 * does touch takes few pages, each of which is private memory of every process (build.zig). */
#ifndef WINE_LD_COLD_H
#define WINE_LD_COLD_H

#define COLD __attribute__((section(".bss.cold")))

#endif
