/** Debuggers and profilers of a program that opens libraries in threads: they read the linker's lists and symbols. */
import type { ForeignTest, Row } from "../row.ts";

const building = [
  'gcc -g -O1 -pthread -o threads "$SOURCES/threads.c" -ldl && gcc -pg -O1 -pthread -o profiled "$SOURCES/threads.c" -ldl &&',
  '  gcc -g -O1 -fPIC -shared -o answer.so "$SOURCES/answer.c" || exit',
  "for i in 0 1 2 3 4 5 6 7; do cp answer.so answer$i.so; done",
].join("\n");

const inside = (name: string, command: string, expects: RegExp): ForeignTest => ({
  name,
  command: `cd "$PREPARED" && ${command}`,
  expects,
});

const row = (name: string, part: "short" | "long", tests: readonly ForeignTest[]): Row => ({
  name,
  part,
  packages:
    part === "short"
      ? ["gdb", "ltrace", "gcc", "libc6-dev", "libc6-dbg"]
      : ["heaptrack", "uftrace", "valgrind", "gcc", "libc6-dev", "libc6-dbg"],
  prepare: building,
  tests,
});

export const debuggers: readonly Row[] = [
  row("debuggers", "short", [
    inside(
      "gdb, breakpoint in a library to come",
      "gdb -q -batch -ex 'set breakpoint pending on' -ex 'break answer' -ex run -ex bt -ex 'print number' -ex delete -ex continue ./threads 2>&1",
      /#1 .*open_and_close[\s\S]*\$1 = 0[\s\S]*failed 0/,
    ),
    inside(
      "gdb, stop at a library",
      "gdb -q -batch -ex 'catch load answer3' -ex run -ex 'info sharedlibrary' ./threads 2>&1",
      /Yes +\S*answer3\.so/,
    ),
    inside(
      "gcore",
      'gdb -q -batch -ex "set breakpoint pending on" -ex "break answer" -ex run -ex "gcore $TMPDIR/core" -ex kill ./threads > "$TMPDIR/log" 2>&1; gdb -q -batch -ex bt ./threads "$TMPDIR/core" 2>&1',
      /#0 .*answer[\s\S]*#1 .*open_and_close/,
    ),
    inside("ltrace", 'ltrace -o "$TMPDIR/calls" echo hi && cat "$TMPDIR/calls"', /textdomain\(/),
  ]),
  row("profilers", "long", [
    inside(
      "heaptrack",
      'heaptrack -o "$TMPDIR/heap" ./threads 3 > /dev/null 2>&1 && heaptrack_print "$TMPDIR"/heap.* | grep "calls to allocation functions"',
      /calls to allocation functions/,
    ),
    inside(
      "uftrace",
      'uftrace record -d "$TMPDIR/traced" ./profiled 1 > /dev/null && uftrace report -d "$TMPDIR/traced"',
      /open_and_close/,
    ),
    ...["massif", "callgrind", "none", "lackey"].map((tool) =>
      inside(
        `valgrind, ${tool}`,
        `valgrind -q --tool=${tool} --log-file=/dev/null ${tool === "massif" || tool === "callgrind" ? `--${tool}-out-file=/dev/null` : ""} ./threads 1`,
        /failed 0/,
      ),
    ),
  ]),
];
