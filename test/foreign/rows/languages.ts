/** Run-time systems that make machine code, map their heaps at addresses of their own, or scan memory. */
import type { ForeignTest, Row } from "../row.ts";

const row = (name: string, packages: readonly string[], tests: readonly ForeignTest[]): Row => ({
  name,
  packages,
  part: "short",
  tests,
});

const one = (name: string, command: string, expects: RegExp): ForeignTest => ({
  name,
  command,
  expects,
});

const short: readonly Row[] = [
  row(
    "luajit",
    ["luajit"],
    [
      one(
        "compiled",
        `luajit -e 'local ffi = require("ffi"); ffi.cdef[[int getpid(void);]]; assert(ffi.C.getpid() > 0); local s = 0; for i = 1, 1e7 do s = s + i % 7 end; print(s)'`,
        /^29999997$/m,
      ),
      one(
        "memory to its limit",
        `luajit -e 'local ok, why = pcall(function() local t = {}; for i = 1, 300 do t[i] = ("x"):rep(1e6) .. i end; return #t end); print(ok, why)'`,
        /^true\t300$/m,
      ),
    ],
  ),
  row(
    "tcc",
    ["tcc", "libc6-dev"],
    [
      one(
        "run",
        `printf '#include <stdio.h>\\nint main(void) { printf("%%d\\\\n", 6 * 7); return 0; }' | tcc -run -`,
        /^42$/m,
      ),
    ],
  ),
  row(
    "gforth",
    ["gforth"],
    [one("word", `gforth -e ': f 0 1000 0 do i + loop ; f . bye'`, /499500/)],
  ),
  row(
    "guile",
    ["guile-3.0"],
    [
      one(
        "compiled, with threads",
        `guile --no-auto-compile -c '(use-modules (ice-9 threads)) (display (apply + (par-map (lambda (i) (* i i)) (iota 1000)))) (gc) (newline)'`,
        /^332833500$/m,
      ),
    ],
  ),
  row(
    "lua, php, ruby, tcl",
    ["lua5.4", "php-cli", "ruby", "tcl"],
    [
      one("lua", `lua5.4 -e 's = 0; for i = 1, 1e6 do s = s + i end; print(s)'`, /^500000500000$/m),
      one(
        "php",
        `php -d opcache.enable_cli=1 -d opcache.jit=tracing -d opcache.jit_buffer_size=16M -r '$s = 0; for ($i = 0; $i < 1000000; $i++) $s += $i % 7; echo $s, "\\n";'`,
        /^2999997$/m,
      ),
      one(
        "ruby",
        `ruby -e 'puts (1..8).map { |i| Thread.new { (1..10000).sum { |k| (k.to_s * 3).size } } }.sum(&:value); pid = fork { exit 3 }; Process.wait pid; puts $?.exitstatus; require "openssl"; puts OpenSSL::Digest::SHA256.hexdigest("")[0, 8]'`,
        /^933456\n3\ne3b0c442$/m,
      ),
      one("tcl", `echo 'puts [expr 6*7]; puts [exec echo child]' | tclsh`, /^42\nchild$/m),
    ],
  ),
  row(
    "qemu-user",
    ["qemu-user", "gcc", "gcc-multilib"],
    [
      // Its address 0 lies elsewhere than the machine's, at a place of qemu's choice or at a given one:
      // nothing of libc may change but the entries.
      ...["", "-R 0xb0000000", "-B 0x10000000"].map((option) =>
        one(
          `i386 guest ${option}`.trim(),
          `gcc -m32 -o text "$SOURCES/text.c" -ldl && qemu-i386 ${option} ./text`,
          /^(?:changed (?:__)?(?:mmap|mmap64|munmap|mremap|mprotect|madvise|s?brk)\n)*compared\n$/,
        ),
      ),
      one("x86_64 guest", "qemu-x86_64 /bin/echo guest", /^guest$/m),
      one("x86_64 guest with threads", `qemu-x86_64 /usr/bin/python3 "$SOURCES/inside.py"`, /done/),
    ],
  ),
];

const long: readonly Row[] = [
  row(
    "node",
    ["nodejs"],
    [
      one(
        "workers and wasm",
        `node -e 'const { Worker } = require("worker_threads"); let n = 0; for (let i = 0; i < 4; i++) new Worker("require(\\"worker_threads\\").parentPort.postMessage(7)", { eval: true }).on("message", (m) => { n += m; if (n === 28) console.log(n, require("child_process").execSync("echo child").toString().trim()); });'`,
        /^28 child$/m,
      ),
    ],
  ),
  row(
    "lisp",
    ["sbcl", "clisp", "ecl", "chezscheme", "polyml"],
    [
      one(
        "sbcl",
        `sbcl --noinform --eval '(progn (dotimes (i 20) (make-array 1000000)) (gc :full t) (print (* 6 7)) (terpri) (exit))'`,
        /^42/m,
      ),
      one("clisp", `clisp -q -x '(progn (gc) (* 6 7))'`, /^42$/m),
      one("ecl", `ecl --norc --eval '(progn (print (* 6 7)) (terpri) (ext:quit))'`, /^42/m),
      one("chez scheme", `echo '(display (* 6 7)) (newline)' | chezscheme -q`, /42/),
      one("poly", `echo 'print (Int.toString (6 * 7) ^ "\\n");' | poly -q`, /^42$/m),
    ],
  ),
  row(
    "prolog, erlang, mono",
    ["swi-prolog-nox", "erlang-base", "mono-runtime", "mono-mcs"],
    [
      one(
        "prolog",
        `swipl -g 'numlist(1, 1000, L), sum_list(L, S), concurrent_maplist([X, Y]>>(Y is X * X), L, Q), last(Q, Z), writeln(S/Z)' -t halt`,
        /^500500\/1000000$/m,
      ),
      one(
        "erlang",
        `erl -noshell -eval 'S = self(), [spawn(fun() -> S ! I end) || I <- lists:seq(1, 1000)], io:format("~p~n", [lists:sum([receive X -> X end || _ <- lists:seq(1, 1000)])]), halt().'`,
        /^500500$/m,
      ),
      one(
        "mono",
        `printf 'using System; using System.Threading.Tasks; class P { static void Main() { long s = 0; Parallel.For(0, 1000, i => { var b = new byte[10000]; System.Threading.Interlocked.Add(ref s, i + b[0]); }); GC.Collect(); Console.WriteLine(s); } }' > p.cs && mcs p.cs && mono p.exe`,
        /^499500$/m,
      ),
    ],
  ),
];

export const languages: readonly Row[] = [
  ...short,
  ...long.map((one): Row => ({ ...one, part: "long" })),
];
