/**
 * Programs built with what maps memory by bare system calls, in the middle of other threads' dlopens: each is
 * started many times. The plain builds are the control.
 */
import type { ForeignTest, Row } from "../row.ts";

const GCC = {
  plain: "gcc",
  "plain-i386": "gcc -m32",
  "gcc-asan": "gcc -fsanitize=address",
  "gcc-asan-i386": "gcc -m32 -fsanitize=address",
  "gcc-lsan": "gcc -fsanitize=leak",
  "gcc-tsan": "gcc -fsanitize=thread",
  "gcc-ubsan": "gcc -fsanitize=undefined",
  "gcc-ubsan-i386": "gcc -m32 -fsanitize=undefined",
};

const CLANG = {
  "clang-asan": "clang -fsanitize=address",
  "clang-asan-i386": "clang -m32 -fsanitize=address -fuse-ld=lld",
  "clang-lsan": "clang -fsanitize=leak",
  "clang-tsan": "clang -fsanitize=thread",
  "clang-msan": "clang -fsanitize=memory",
  "clang-ubsan": "clang -fsanitize=undefined",
  "clang-scudo": "clang -fsanitize=scudo",
  "clang-safe-stack": "clang -fsanitize=safe-stack",
};

/** A folder for each build: the program, and eight copies of the library. */
function building(builds: Readonly<Record<string, string>>): string {
  const lines = Object.entries(builds).map(
    ([name, compiler]) => `build ${name} ${compiler} || exit`,
  );
  return [
    "build() {",
    "  name=$1; shift; mkdir $name",
    '  "$@" -g -O1 -pthread -o $name/threads "$SOURCES/threads.c" -ldl || return',
    // Without the sanitizer's run-time library, which the program has.
    '  "$@" -g -O1 -fPIC -shared -o $name/answer.so "$SOURCES/answer.c" || return',
    "  for i in 0 1 2 3 4 5 6 7; do cp $name/answer.so $name/answer$i.so; done",
    "}",
    ...lines,
  ].join("\n");
}

function starting(name: string): ForeignTest {
  const command = [
    `cd "$PREPARED/${name}"`,
    // What is mapped again at an address that dlclose freed looks to ThreadSanitizer like a race.
    "export TSAN_OPTIONS=report_bugs=0",
    "for i in $(seq $STARTS); do",
    '  ./threads > "$TMPDIR/out" 2>&1 || { echo "start $i of $STARTS: status $?"; cat "$TMPDIR/out"; exit 1; } >&2',
    "done",
  ].join("\n");
  return { name, command, timeout: 300 };
}

const tests = (builds: object): readonly ForeignTest[] => Object.keys(builds).map(starting);

export const sanitizers: readonly Row[] = [
  {
    name: "sanitizers-gcc",
    packages: ["gcc", "libc6-dev", "gcc-multilib"],
    part: "short",
    prepare: building(GCC),
    tests: tests(GCC),
  },
  {
    name: "sanitizers-clang",
    packages: ["clang", "lld", "gcc-multilib"],
    part: "short",
    prepare: building(CLANG),
    tests: tests(CLANG),
  },
];
