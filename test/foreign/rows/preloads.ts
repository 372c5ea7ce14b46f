/** Libraries that are loaded before all others and take calls over: allocators, file systems, clocks. */
import type { ForeignTest, Row } from "../row.ts";

/** Under an allocator: threads that allocate, libraries that are opened, children. */
const allocator = (name: string, library: string): ForeignTest => ({
  name,
  command: [
    `export LD_PRELOAD=${library}`,
    '"$PREPARED/threads" 2>&1 && python3 "$SOURCES/inside.py" && bash -c "true | sort; echo end"',
  ].join("\n"),
  expects: /^failed 0\n\[1\]\nchild\ndone\nend\n$/,
});

export const preloads: Row = {
  name: "preloads",
  packages: [
    ..."gcc libc6-dev python3 libjemalloc2 libtcmalloc-minimal4 libmimalloc2.0".split(" "),
    ..."faketime fakeroot eatmydata fakechroot torsocks".split(" "),
  ],
  part: "short",
  prepare: [
    'gcc -O1 -pthread -o threads.bin "$SOURCES/threads.c" -ldl && gcc -shared -fPIC -o answer.so "$SOURCES/answer.c"',
    "for i in 0 1 2 3 4 5 6 7; do cp answer.so answer$i.so; done",
    `printf '#!/bin/sh\\ncd "$PREPARED"; exec ./threads.bin\\n' > threads; chmod 755 threads`,
  ].join("\n"),
  tests: [
    allocator("jemalloc", "libjemalloc.so.2"),
    allocator("tcmalloc", "libtcmalloc_minimal.so.4"),
    allocator("mimalloc", "libmimalloc.so.2"),
    allocator("malloc of glibc with checks", "libc_malloc_debug.so.0"),
    {
      name: "faketime",
      command:
        "faketime '2001-02-03 04:05:06' date +%F; faketime -f '@2001-02-03 04:05:06' perl -e 'print scalar(gmtime) . \"\\n\"'",
      expects: /^2001-02-03\nSat Feb {2}3 04:05/m,
    },
    {
      name: "fakeroot",
      command: "touch f; fakeroot sh -c 'chown 12:34 f; stat -c %u:%g f; tar cf - f | tar tvf -'",
      expects: /^12:34\n.*12\/34|^12:34\n/m,
    },
    { name: "eatmydata", command: "eatmydata dd if=/dev/zero of=f bs=4k count=10 conv=fsync 2>&1" },
    {
      name: "fakechroot",
      command:
        "mkdir -p r/etc; echo inside > r/etc/f; fakechroot /usr/sbin/chroot r cat /etc/f 2>&1 || true",
    },
    { name: "stdbuf", command: "stdbuf -oL echo line", expects: /^line$/m },
    { name: "torsocks", command: "torsocks --version" },
  ],
};
