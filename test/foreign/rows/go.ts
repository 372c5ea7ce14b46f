/** Go's run-time system in both roles: host of C libraries, and a library that C opens. */
import type { Row } from "../row.ts";

const building = `
export GOCACHE="$PWD/cache" GO111MODULE=off CGO_ENABLED=1
for arch in amd64 386; do
  flag=-m64; [ $arch = 386 ] && flag=-m32
  mkdir $arch || exit
  GOARCH=$arch go build -buildmode=c-shared -o $arch/libgosum.so "$SOURCES/gosum.go" &&
    GOARCH=$arch go build -o $arch/gohost "$SOURCES/gohost.go" &&
    gcc $flag -o $arch/usesgo "$SOURCES/usesgo.c" -ldl &&
    gcc $flag -fPIC -shared -o $arch/answer.so "$SOURCES/answer.c" || exit
  for i in 0 1 2 3 4 5 6 7; do cp $arch/answer.so $arch/answer$i.so; done
done
`;

const often = (arch: string, program: string): string =>
  [
    `cd "$PREPARED/${arch}"`,
    "for i in $(seq $STARTS); do",
    `  ./${program} > "$TMPDIR/out" 2>&1 || { echo "start $i of $STARTS: status $?"; cat "$TMPDIR/out"; exit 1; } >&2`,
    "done",
  ].join("\n");

export const go: Row = {
  name: "go",
  packages: ["golang-go", "gcc", "libc6-dev", "gcc-multilib"],
  part: "short",
  prepare: building,
  tests: ["amd64", "386"].flatMap((arch) =>
    ["gohost", "usesgo"].map((program) => ({
      name: `${program}-${arch}`,
      command: often(arch, program),
      timeout: 300,
    })),
  ),
};
