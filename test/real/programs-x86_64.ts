/** Invocations of the machine's own programs. */
import type { RealProgram } from "./table.ts";

const shell: readonly RealProgram[] = [
  {
    name: "bash: pipes and redirections",
    program: "/bin/bash",
    package: "bash",
    input:
      "for i in 1 2 3; do echo $((i * i)); done | sort -r | { read a; cat; echo first $a; } > f; cat f; cat <<< here\n",
    stdout: /first 9\nhere/,
  },
  {
    name: "bash: job control",
    program: "/bin/bash",
    package: "bash",
    arguments: [
      "-c",
      "set -m; sleep 0.2 & (exit 3) & wait %2; echo status $?; jobs -r | wc -l; wait; echo done; sleep 5 & kill %%; wait $! 2>/dev/null; echo killed $?",
    ],
    stdout: /status 3\n1\ndone\nkilled 143/,
    replace: [[/line 1: +\d+ Terminated/g, "line 1: Terminated"]],
  },
  {
    name: "bash: process substitution, traps, arrays",
    program: "/bin/bash",
    package: "bash",
    arguments: [
      "-c",
      'trap "echo bye" EXIT; declare -A m=([a]=1 [b]=2); diff <(echo ${m[a]}) <(echo ${m[b]}); printf "%(%Y)T %s\\n" 0 "${#m[@]}"; trap "echo usr1" USR1; (kill -USR1 $$); wait; ulimit -c; coproc cat; echo x >&"${COPROC[1]}"; read -u "${COPROC[0]}" y; echo got $y',
    ],
    stdout: /usr1[\s\S]*got x\nbye/,
    replace: [[/\[\d+\] \d+\n/g, ""]],
  },
  {
    name: "bash: not found",
    program: "/bin/bash",
    package: "bash",
    arguments: ["-c", "no-such-command-here"],
    status: 127,
  },
  {
    name: "dash",
    program: "/bin/dash",
    package: "dash",
    arguments: ["-c", "echo $((6 * 7)) | tr 2 3; exec true"],
  },
];

const core: readonly RealProgram[] = [
  {
    name: "ls",
    program: "/bin/ls",
    package: "coreutils",
    arguments: ["-laR", "--color=always", "/etc/apt"],
    stdout: /sources/,
  },
  {
    name: "sort",
    program: "/usr/bin/sort",
    package: "coreutils",
    arguments: ["--parallel=2", "-k2,2n", "-"],
    input: "b 2\na 10\nc 1\n",
    stdout: /^c 1\nb 2\na 10/,
  },
  {
    name: "date",
    program: "/bin/date",
    package: "coreutils",
    arguments: ["-u", "-d", "@86400", "+%F %A"],
    stdout: /1970-01-02 Friday/,
  },
  {
    name: "sha256sum",
    program: "/usr/bin/sha256sum",
    package: "coreutils",
    arguments: ["/bin/bash", "/absent"],
    status: 1,
  },
  {
    name: "factor",
    program: "/usr/bin/factor",
    package: "coreutils",
    arguments: ["18446744073709551557", "1000000016000000063"],
  },
  {
    name: "cp and preserving attributes",
    program: "/bin/cp",
    package: "coreutils",
    arguments: ["-av", "/etc/passwd", "copy"],
  },
  {
    name: "stat",
    program: "/usr/bin/stat",
    package: "coreutils",
    arguments: ["-c", "%n %s %U %a", "/etc/passwd", "/bin"],
  },
  { name: "id", program: "/usr/bin/id", package: "coreutils", stdout: /uid=0/ },
  {
    name: "tee",
    program: "/usr/bin/tee",
    package: "coreutils",
    arguments: ["out", "/absent/file"],
    input: "through\n",
    status: 1,
  },
  {
    name: "od",
    program: "/usr/bin/od",
    package: "coreutils",
    arguments: ["-tf8", "-tx2"],
    input: "0123456789abcdef",
  },
  {
    name: "find",
    program: "/usr/bin/find",
    package: "findutils",
    arguments: ["/etc/apt", "-type", "f", "-exec", "basename", "{}", ";"],
  },
  {
    name: "xargs",
    program: "/usr/bin/xargs",
    package: "findutils",
    arguments: ["-P2", "-n1", "true"],
    input: "a b c d\n",
  },
  {
    name: "grep -P",
    program: "/bin/grep",
    package: "grep",
    arguments: ["-nP", "^(\\w+):x:0(?=:)", "/etc/passwd"],
    stdout: /\broot\b/,
  },
  {
    name: "sed",
    program: "/bin/sed",
    package: "sed",
    arguments: ["-E", "s/(.)(.)/\\2\\1/g;y/abc/xyz/"],
    input: "abcabc\n",
    stdout: /yxxzzy/,
  },
  {
    name: "gawk",
    program: "/usr/bin/gawk",
    package: "gawk",
    arguments: [
      "-l",
      "filefuncs",
      'BEGIN { stat("/etc/passwd", s); print s["type"], sqrt(2), strftime("%F", 0) }',
    ],
    stdout: /file 1\.41421/,
  },
  {
    name: "mawk",
    program: "/usr/bin/mawk",
    package: "mawk",
    arguments: ["{ n[$1]++ } END { for (k in n) print k, n[k], exp(1) }"],
    input: "a\na\n",
  },
  {
    name: "diff",
    program: "/usr/bin/diff",
    package: "diffutils",
    arguments: ["-u", "--label=a", "--label=b", "/etc/passwd", "/etc/group"],
    status: 1,
  },
  {
    name: "file",
    program: "/usr/bin/file",
    package: "file",
    arguments: ["-L", "/bin/bash", "/etc/passwd", "/usr/share/misc/magic.mgc"],
    stdout: /ELF 64-bit/,
  },
  {
    name: "bc",
    program: "/usr/bin/bc",
    package: "bc",
    arguments: ["-l"],
    input: "scale=50; 4*a(1); 2^200\n",
    stdout: /3\.14159265358979/,
  },
  { name: "less", program: "/usr/bin/less", package: "less", arguments: ["-FX", "/etc/hostname"] },
  {
    name: "ps",
    program: "/bin/ps",
    package: "procps",
    arguments: ["-o", "user=", "-p", "1"],
    stdout: /\broot\b/,
  },
  {
    name: "lsblk or mount tables: findmnt",
    program: "/bin/findmnt",
    package: "util-linux",
    arguments: ["-no", "TARGET", "/"],
    stdout: /^\/$/m,
  },
];

const archives: readonly RealProgram[] = ["xz", "zstd", "gzip", "bzip2"].map((filter) => ({
  name: `tar with ${filter}`,
  program: "/bin/tar",
  package: `tar ${filter === "xz" ? "xz-utils" : filter}`,
  arguments: ["-C", "/etc", "-cf", "$work/t.tar", `--use-compress-program=${filter}`, "apt"],
  needs: [`/usr/bin/${filter}`],
}));

const compressors: readonly RealProgram[] = [
  ["xz", ["-T2", "-9e", "-c", "/bin/bash"], "xz-utils"] as const,
  ["zstd", ["-T2", "-19", "-c", "-q", "/bin/bash"], "zstd"] as const,
  ["lz4", ["-c", "-q", "/bin/bash"], "lz4"] as const,
  ["bzip2", ["-c", "/bin/bash"], "bzip2"] as const,
].map(([name, list, deb]) => ({
  name: `${name} of bash`,
  program: `/usr/bin/${name}`,
  package: deb,
  arguments: list,
  stdout: /^[\s\S]{100000}/,
}));

const everyExtension = [
  "import sysconfig, os, importlib, sys",
  "d = os.path.join(sysconfig.get_path('stdlib'), 'lib-dynload')",
  "names = sorted(f.split('.')[0] for f in os.listdir(d) if f.endswith('.so'))",
  "skip = {'_tkinter'} if not os.path.exists('/usr/lib/x86_64-linux-gnu/libtk8.6.so') else set()",
  "print(len([importlib.import_module(n) for n in names if n not in skip]), 'of', len(names))",
].join("\n");

const pythonCtypes = [
  "import ctypes, ctypes.util",
  "m = ctypes.CDLL('libm.so.6'); m.cos.restype = ctypes.c_double; m.cos.argtypes = [ctypes.c_double]",
  "c = ctypes.CDLL(None, use_errno=True)",
  "F = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))",
  "a = (ctypes.c_int * 5)(5, 3, 1, 4, 2); c.qsort(a, 5, 4, F(lambda x, y: x[0] - y[0]))",
  "print(m.cos(0.0), list(a), c.open(b'/absent', 0), ctypes.get_errno())",
  "try: ctypes.CDLL('libabsent.so.9')",
  "except OSError as e: print(e)",
].join("\n");

const pythonThreads = [
  "import threading, subprocess, multiprocessing, concurrent.futures as cf, queue, os",
  "def f(x): return x * x",
  "with cf.ThreadPoolExecutor(8) as p: print(sum(p.map(f, range(1000))))",
  "print(subprocess.run(['sh', '-c', 'cat; exit 4'], input=b'in', capture_output=True))",
  "if __name__ == '__main__':",
  "    c = multiprocessing.get_context('fork')",
  "    with c.Pool(4) as p: print(sum(p.map(f, range(100))))",
  "    pid = os.fork()",
  "    if pid == 0: os._exit(7)",
  "    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
].join("\n");

const pythonLibraries = [
  "import ssl, hashlib, sqlite3, zlib, lzma, bz2, decimal, json, socket, uuid, readline, curses",
  "print(ssl.OPENSSL_VERSION, sorted(hashlib.algorithms_guaranteed)[:4], hashlib.sha3_256(b'x').hexdigest())",
  "d = sqlite3.connect(':memory:'); d.execute('create virtual table t using fts5(x)'); print(sqlite3.sqlite_version)",
  "print(len(lzma.compress(b'a' * 100000)), zlib.crc32(b'abc'), decimal.Decimal(2).sqrt())",
  "print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM))",
].join("\n");

const perlModules = [
  "use strict; use Config; use File::Find; use XSLoader; use DynaLoader; my %seen;",
  'for my $d (grep { -d "$_/auto" } @INC) { find(sub { return unless /\\.so$/; my $p = $File::Find::name;',
  '  $p =~ s{^\\Q$d\\E/auto/}{}; $p =~ s{/[^/]+$}{}; $p =~ s{/}{::}g; $seen{$p} = 1; }, "$d/auto") }',
  "delete @seen{qw(attributes mro re threads::shared)}; my ($ok, $bad) = (0, 0);",
  'for my $m (sort keys %seen) { if (eval "require $m; 1") { $ok++ } else { $bad++; print "$m: ", ($@ =~ /^(.{0,60})/)[0], "\\n" } }',
  'print "$ok loaded\\n";',
].join("\n");

const languages: readonly RealProgram[] = [
  {
    name: "perl: every XS module",
    program: "/usr/bin/perl",
    package: "perl",
    arguments: ["-e", perlModules],
    stdout: /\d\d loaded/,
  },
  {
    name: "perl: threads",
    program: "/usr/bin/perl",
    package: "perl",
    arguments: [
      "-Mthreads",
      "-e",
      "print join(',', map { $_->join } map { my $n = $_; threads->create(sub { $n * $n }) } 1..8), qq(\\n)",
    ],
    stdout: /^1,4,9/,
  },
  {
    name: "perl: hashing and encoding",
    program: "/usr/bin/perl",
    package: "perl",
    arguments: [
      "-MDigest::SHA=sha256_hex",
      "-MEncode",
      "-MPOSIX",
      "-MSocket",
      "-e",
      "print sha256_hex(encode('UTF-16', 'x')), floor(2.5), inet_ntoa(INADDR_LOOPBACK), qq(\\n)",
    ],
  },
  {
    name: "python3: every extension module",
    program: "/usr/bin/python3",
    package: "python3",
    arguments: ["-c", everyExtension],
    stdout: /\d\d of \d\d/,
  },
  {
    name: "python3: ctypes",
    program: "/usr/bin/python3",
    package: "python3",
    arguments: ["-c", pythonCtypes],
    stdout: /1\.0 \[1, 2, 3, 4, 5\] -1 2/,
  },
  {
    name: "python3: threads and processes",
    program: "/usr/bin/python3",
    package: "python3",
    arguments: ["-c", pythonThreads],
    stdout: /332833500/,
  },
  {
    name: "python3: libraries",
    program: "/usr/bin/python3",
    package: "python3",
    arguments: ["-c", pythonLibraries],
    stdout: /OpenSSL/,
  },
  {
    name: "python3: an exception",
    program: "/usr/bin/python3",
    package: "python3",
    arguments: ["-c", "import ctypes; ctypes.CDLL(None).no_such_function"],
    status: 1,
  },
  {
    name: "ruby",
    program: "/usr/bin/ruby",
    package: "ruby",
    arguments: [
      "-e",
      "require 'openssl'; require 'json'; require 'zlib'; puts JSON.dump([Digest::SHA1.hexdigest('x'), Zlib.crc32('y')]); Thread.new { puts 1 }.join",
    ],
  },
  {
    name: "php",
    program: "/usr/bin/php",
    package: "php-cli",
    arguments: ["-r", "echo json_encode(get_loaded_extensions()), hash('sha256', 'x'), PHP_EOL;"],
  },
  {
    name: "lua",
    program: "/usr/bin/lua5.4",
    package: "lua5.4",
    arguments: ["-e", "print(string.format('%.3f', math.pi), pcall(require, 'absent'))"],
  },
  {
    name: "tclsh",
    program: "/usr/bin/tclsh",
    package: "tcl",
    input: "puts [expr {2**100}]; puts [info loaded]; puts [clock format 0 -gmt 1]\n",
  },
  {
    name: "node: worker threads",
    program: "/usr/bin/node",
    package: "nodejs",
    arguments: [
      "-e",
      'const {Worker}=require(\'worker_threads\');let n=0;for(let i=0;i<4;i++)new Worker(\'require("worker_threads").parentPort.postMessage(require("crypto").createHash("sha1").update("x").digest("hex"))\',{eval:true}).on(\'message\',m=>{console.log(m);if(++n===4)console.log(\'all\')})',
    ],
    stdout: /all/,
  },
  {
    name: "node: zlib, wasm, child",
    program: "/usr/bin/node",
    package: "nodejs",
    arguments: [
      "-e",
      "console.log(require('zlib').gzipSync('x'.repeat(1000)).length, WebAssembly.validate(Buffer.from([0,97,115,109,1,0,0,0])), require('child_process').execSync('echo child').toString())",
    ],
    stdout: /true child/,
  },
  {
    name: "java -version",
    program: "/usr/lib/jvm/default-java/bin/java",
    package: "default-jre-headless",
    arguments: ["-version"],
    ways: ["interp"],
    beside: {
      "../lib": "/usr/lib/jvm/default-java/lib",
      "../conf": "/usr/lib/jvm/default-java/conf",
    },
    replace: [],
  },
  {
    name: "java: threads and classes",
    program: "/usr/lib/jvm/default-java/bin/java",
    package: "default-jdk-headless",
    needs: ["/usr/lib/jvm/default-java/bin/javac"],
    ways: ["interp"],
    beside: {
      "../lib": "/usr/lib/jvm/default-java/lib",
      "../conf": "/usr/lib/jvm/default-java/conf",
    },
    prepare:
      "printf 'public class T{public static void main(String[] a)throws Exception{Thread[] t=new Thread[8];for(int i=0;i<8;i++){t[i]=new Thread(()->{for(int j=0;j<100000;j++)Math.sin(j);});t[i].start();}for(Thread x:t)x.join();System.out.println(java.util.stream.IntStream.range(0,1000).parallel().sum());}}' > T.java; /usr/lib/jvm/default-java/bin/javac T.java",
    arguments: ["-cp", "$work", "T"],
    stdout: /499500/,
  },
];

/** gcc looks for its parts beside itself. */
const besideGcc = { "../lib/gcc": "/usr/lib/gcc", "../include": "/usr/include" };

const tools: readonly RealProgram[] = [
  {
    name: "git: fetch between repositories",
    program: "/usr/bin/git",
    package: "git",
    prepare:
      "export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'; git init -q a; cd a; git config user.email a@b; git config user.name n; for i in 1 2 3; do echo $i > f; git add f; git commit -qm $i; done; cd ..; git init -q b",
    arguments: ["-C", "b", "fetch", "../a", "+refs/heads/*:refs/remotes/a/*"],
  },
  {
    name: "git: log and fsck",
    program: "/usr/bin/git",
    package: "git",
    prepare:
      "export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'; git init -q a; cd a; git config user.email a@b; git config user.name n; for i in 1 2 3; do echo $i > f; git add f; git commit -qm $i; done",
    arguments: ["-C", "a", "log", "-p", "--stat", "--format=%H %s"],
    stdout: /^[0-9a-f]{40} 3/,
  },
  {
    name: "git: grep with threads",
    program: "/usr/bin/git",
    package: "git",
    arguments: ["grep", "--no-index", "-c", "root", "--", "/etc/passwd"],
    prepare: "git init -q .",
    status: 128,
  },
  {
    name: "gcc: compile and link",
    program: "/usr/bin/gcc",
    package: "gcc",
    prepare: "printf '#include <stdio.h>\\nint main(void){puts(\"hi\");}' > a.c",
    beside: besideGcc,
    arguments: [
      "-O2",
      "-g",
      "-Wall",
      "-Wextra",
      "-Wmissing-declarations",
      "a.c",
      "-o",
      "a.out",
      "-Wl,-t",
    ],
    replace: [[/\/tmp\/cc\w+/g, "/tmp/cc"]],
  },
  {
    name: "g++: templates",
    program: "/usr/bin/g++",
    package: "g++",
    prepare:
      'printf \'#include <map>\\n#include <string>\\nint main(){std::map<std::string,int> m{{"a",1}};return m["a"]-1;}\' > a.cc',
    beside: besideGcc,
    arguments: ["-O1", "-S", "-o", "-", "a.cc"],
    stdout: /main:/,
  },
  {
    name: "cc1",
    program: "/usr/lib/gcc/x86_64-linux-gnu/12/cc1",
    package: "gcc",
    prepare: "echo 'int f(int x){return x*x;} int g(int);' > a.c",
    arguments: ["-quiet", "-O3", "a.c", "-o", "-"],
    stdout: /imull/,
  },
  {
    name: "as",
    program: "/usr/bin/as",
    package: "binutils",
    input: ".globl f\nf: ret\n",
    arguments: ["-o", "f.o", "-al", "-"],
  },
  {
    name: "ld with the LTO plugin",
    program: "/usr/bin/ld",
    package: "binutils",
    prepare:
      "echo 'int _start(void){return 0;}' | gcc -x c -flto -c -o a.o -; gcc -c -x c -o b.o /dev/null",
    arguments: [
      "-plugin",
      "/usr/lib/gcc/x86_64-linux-gnu/12/liblto_plugin.so",
      "-o",
      "a",
      "b.o",
      "--verbose",
    ],
    replace: [[/attempt to open .*\n/g, ""]],
  },
  {
    name: "objdump",
    program: "/usr/bin/objdump",
    package: "binutils",
    arguments: ["-d", "--no-show-raw-insn", "/bin/true"],
    stdout: /endbr64|call/,
  },
  {
    name: "readelf",
    program: "/usr/bin/readelf",
    package: "binutils",
    arguments: ["-aW", "/bin/true"],
  },
  {
    name: "gdb debugging a program",
    program: "/usr/bin/gdb",
    package: "gdb",
    prepare:
      "printf '#include <stdio.h>\\nint f(int x){return x+1;}\\nint main(void){printf(\"%%d\\\\n\",f(41));return 5;}' > a.c; gcc -g -O0 a.c -o a.out",
    arguments: [
      "-nx",
      "-batch",
      "-ex",
      "set debuginfod enabled off",
      "-ex",
      "break f",
      "-ex",
      "run",
      "-ex",
      "bt",
      "-ex",
      "info sharedlibrary",
      "-ex",
      "finish",
      "-ex",
      "python print(gdb.selected_frame().name())",
      "-ex",
      "continue",
      "a.out",
    ],
    stdout: /Breakpoint 1, f[\s\S]*Value returned is \$1 = 42[\s\S]*exited with code 05/,
    replace: [
      [/0x[0-9a-f]{8,}/g, "<address>"],
      [/process \d+/g, "<process>"],
      [/^warning: Error disabling.*\n/gm, ""],
    ],
    timeout: 120_000,
  },
  { name: "gdb --version", program: "/usr/bin/gdb", package: "gdb", arguments: ["--version"] },
  {
    name: "strace of a program",
    program: "/usr/bin/strace",
    package: "strace",
    arguments: ["-f", "-e", "trace=execve,exit_group", "-o", "log", "sh", "-c", "true; exit 3"],
    status: 3,
  },
  {
    name: "make",
    program: "/usr/bin/make",
    package: "make",
    arguments: ["-j2", "-f", "-"],
    input: "all: a b\na b:\n\t@echo made\n",
    stdout: /made\nmade/,
  },
  {
    name: "m4",
    program: "/usr/bin/m4",
    package: "m4",
    input: "define(`f', `$1-$1')f(x) eval(2**20)\n",
    stdout: /x-x 1048576/,
  },
  {
    name: "openssl: digests and legacy provider",
    program: "/usr/bin/openssl",
    package: "openssl",
    arguments: ["list", "-providers", "-provider", "legacy", "-provider", "default", "-verbose"],
    stdout: /OpenSSL Legacy Provider/,
  },
  {
    name: "openssl: legacy digest",
    program: "/usr/bin/openssl",
    package: "openssl",
    arguments: ["dgst", "-provider", "legacy", "-provider", "default", "-md4"],
    input: "x",
  },
  {
    name: "openssl: encryption",
    program: "/usr/bin/openssl",
    package: "openssl",
    arguments: [
      "enc",
      "-aes-256-gcm".replace("gcm", "cbc"),
      "-K",
      "00".repeat(32),
      "-iv",
      "00".repeat(16),
      "-a",
    ],
    input: "plain text",
  },
  {
    name: "openssl: self-signed certificate",
    program: "/usr/bin/openssl",
    package: "openssl",
    prepare:
      "openssl ecparam -name prime256v1 -genkey -noout -out k; openssl req -new -x509 -key k -subj /CN=x -days 3650 -out c",
    arguments: ["verify", "-CAfile", "c", "c"],
    stdout: /c: OK/,
  },
  {
    name: "sqlite3",
    program: "/usr/bin/sqlite3",
    package: "sqlite3",
    arguments: [":memory:"],
    input:
      "create table t(a,b); insert into t values(1,'x'),(2,'y'); select sum(a), group_concat(b), sqrt(2.0) from t;\n.schema\n",
    stdout: /3\|x,y\|1\.4142/,
  },
  {
    name: "curl --version",
    program: "/usr/bin/curl",
    package: "curl",
    arguments: ["--version"],
    stdout: /Protocols:/,
  },
  {
    name: "curl file",
    program: "/usr/bin/curl",
    package: "curl",
    arguments: ["-sS", "file:///etc/passwd", "file:///absent"],
    status: 37,
  },
  { name: "wget --version", program: "/usr/bin/wget", package: "wget", arguments: ["--version"] },
  { name: "ssh -V", program: "/usr/bin/ssh", package: "openssh-client", arguments: ["-V"] },
  {
    name: "ssh-keygen",
    program: "/usr/bin/ssh-keygen",
    package: "openssh-client",
    prepare: "ssh-keygen -q -t ed25519 -N '' -f k -C x",
    arguments: ["-lf", "k"],
    replace: [[/SHA256:\S+/g, "SHA256:<fingerprint>"]],
    stdout: /ED25519/,
  },
  {
    name: "gpg",
    program: "/usr/bin/gpg",
    package: "gnupg",
    arguments: ["--batch", "--print-md", "SHA256", "/etc/passwd"],
  },
  {
    name: "vim",
    program: "/usr/bin/vim",
    package: "vim",
    arguments: [
      "-u",
      "NONE",
      "-es",
      "-c",
      "put =join(map(range(5), 'v:val*v:val'), ',')",
      "-c",
      "%print",
      "-c",
      "version",
      "-c",
      "qa!",
    ],
    stdout: /0,1,4,9,16/,
  },
  {
    name: "jq",
    program: "/usr/bin/jq",
    package: "jq",
    arguments: ["-c", '[.a[] | select(. > 1) | pow(.; 2)], (.s | test("^x"))'],
    input: '{"a":[1,2,3],"s":"xy"}',
    stdout: /\[4,9\]\ntrue/,
  },
  {
    name: "xmllint",
    program: "/usr/bin/xmllint",
    package: "libxml2-utils",
    arguments: ["--format", "--xpath", "//b/text()", "-"],
    input: "<a><b>t</b></a>",
  },
  {
    name: "rsync",
    program: "/usr/bin/rsync",
    package: "rsync",
    arguments: ["-rv", "--out-format=%n", "/etc/apt", "to"],
    replace: [[/sent [\d,]+ bytes.*sec\n/g, ""]],
  },
  { name: "tmux -V", program: "/usr/bin/tmux", package: "tmux", arguments: ["-V"] },
  { name: "man", program: "/usr/bin/man", package: "man-db", arguments: ["--version"] },
  {
    name: "nginx -t with modules",
    program: "/usr/sbin/nginx",
    package: "nginx-core libnginx-mod-http-geoip",
    needs: ["/usr/lib/nginx/modules/ngx_http_geoip_module.so"],
    prepare:
      "printf 'load_module /usr/lib/nginx/modules/ngx_http_geoip_module.so;\\nevents{}\\npid %s/pid;\\nhttp{ access_log off; server{listen 127.0.0.1:8999;} }\\n' $work > n.conf",
    arguments: ["-t", "-e", "stderr", "-c", "$work/n.conf"],
  },
  { name: "nginx -V", program: "/usr/sbin/nginx", package: "nginx-core", arguments: ["-V"] },
  {
    name: "ffmpeg -version",
    program: "/usr/bin/ffmpeg",
    package: "ffmpeg",
    arguments: ["-version"],
  },
  {
    name: "ffmpeg: encode",
    program: "/usr/bin/ffmpeg",
    package: "ffmpeg",
    arguments: [
      "-hide_banner",
      "-loglevel",
      "error",
      "-f",
      "lavfi",
      "-i",
      "testsrc=d=1:s=160x120",
      "-f",
      "lavfi",
      "-i",
      "sine=d=1",
      "-c:v",
      "mpeg4",
      "-c:a",
      "flac",
      "-threads",
      "2",
      "-f",
      "framemd5",
      "-",
    ],
    stdout: /#codec_id 0: mpeg4/,
    timeout: 120_000,
  },
  {
    name: "ffprobe: formats",
    program: "/usr/bin/ffprobe",
    package: "ffmpeg",
    arguments: ["-hide_banner", "-formats"],
  },
  {
    name: "convert",
    program: "/usr/bin/convert",
    package: "imagemagick",
    arguments: [
      "-size",
      "64x64",
      "gradient:red-blue",
      "-blur",
      "0x2",
      "-format",
      "%wx%h %[mean]\\n",
      "info:-",
    ],
    stdout: /64x64/,
  },
];

const asNobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const postgresFolder = "/usr/lib/postgresql/15";

const servers: readonly RealProgram[] = [
  {
    name: "postgres: initdb",
    program: `${postgresFolder}/bin/initdb`,
    package: "postgresql-15 util-linux",
    wrapper: asNobody,
    prepare: "mkdir data; chown 65534:65534 data .; chmod 700 data",
    beside: { postgres: `${postgresFolder}/bin/postgres` },
    arguments: ["-D", "$work/data", "-N", "--auth=trust", "-U", "postgres"],
    stdout: /Success/,
    timeout: 180_000,
    replace: [[/\S+\/pg_ctl/g, "pg_ctl"]],
  },
  {
    name: "postgres: one statement",
    program: `${postgresFolder}/bin/postgres`,
    package: "postgresql-15 util-linux",
    wrapper: asNobody,
    prepare: `mkdir data; chown 65534:65534 data .; chmod 700 data; ${asNobody.join(" ")} ${postgresFolder}/bin/initdb -D $work/data -N --auth=trust -U postgres`,
    arguments: ["--single", "-D", "$work/data", "postgres"],
    input: "create extension if not exists plpgsql; select 6*7 as answer, sqrt(2), md5('x');\n",
    stdout: /answer = "42"/,
    timeout: 180_000,
    replace: [
      [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC \[\d+\]/g, "<time>"],
      [/checkpoint complete:.*/g, "checkpoint complete"],
    ],
  },
  {
    name: "psql --version",
    program: `${postgresFolder}/bin/psql`,
    package: "postgresql-client-15",
    arguments: ["--version"],
  },
];

/** Shows the titles of the windows that a program opens, then ends it. */
const windows =
  '"$@" & sleep 4; xwininfo -root -tree | grep -o "\\"[^\\"]*\\": ([^)]*)" | sort -u; kill $!; wait $! 2>/dev/null; echo ended $?';
const inWindow = ["/usr/bin/xvfb-run", "-a", "sh", "-c", windows, "sh"];

const graphical: readonly RealProgram[] = [
  {
    name: "GTK: zenity",
    program: "/usr/bin/zenity",
    package: "zenity xvfb xauth x11-utils",
    wrapper: inWindow,
    needs: ["/usr/bin/xwininfo"],
    arguments: ["--info", "--title=a window", "--text=hello"],
    stdout: /"a window"[\s\S]*ended 143/,
    replace: [
      [/^.*(?:dconf|dbus|accessibility|WARNING|CRITICAL|GLib|Gtk).*\n/gim, ""],
      [/\(\w+:\d+\)/g, ""],
    ],
  },
  {
    name: "Qt: an example under X",
    program: "/usr/lib/x86_64-linux-gnu/qt5/examples/widgets/widgets/analogclock/analogclock",
    package: "qtbase5-examples xvfb xauth x11-utils",
    wrapper: inWindow,
    needs: ["/usr/bin/xwininfo"],
    stdout: /Analog Clock[\s\S]*ended 143/,
    environment: { XDG_RUNTIME_DIR: "$work" },
    replace: [[/^.*(?:runtime directory|QStandardPaths).*\n/gm, ""]],
  },
  {
    name: "Tk: wish",
    program: "/usr/bin/wish",
    package: "tk xvfb xauth",
    wrapper: ["/usr/bin/xvfb-run", "-a"],
    input:
      "wm title . t; label .l -text hello; pack .l; update; puts [winfo reqwidth .l]; exit 0\n",
  },
  {
    name: "xdpyinfo",
    program: "/usr/bin/xdpyinfo",
    package: "x11-utils xvfb xauth",
    wrapper: ["/usr/bin/xvfb-run", "-a"],
    stdout: /vendor string/,
    replace: [
      [/name of display:.*/g, ""],
      [/0x[0-9a-f]+/g, "<id>"],
    ],
  },
];

const compiled: readonly RealProgram[] = [
  {
    name: "a program under the address sanitizer",
    program: "$work/a.out",
    package: "gcc",
    prepare:
      "printf '#include <stdlib.h>\\n#include <pthread.h>\\nstatic void*f(void*p){return malloc(10);}int main(void){pthread_t t;void*p;pthread_create(&t,0,f,0);pthread_join(t,&p);free(p);return 0;}' > a.c; gcc -fsanitize=address a.c -o a.out -pthread",
  },
  {
    name: "the address sanitizer finds an error",
    program: "$work/a.out",
    package: "gcc",
    prepare:
      "printf '#include <stdlib.h>\\nint main(int c,char**v){char*p=malloc(c);return p[c+1];}' > a.c; gcc -g -fsanitize=address,undefined a.c -o a.out",
    status: 1,
    environment: { ASAN_OPTIONS: "print_full_thread_history=0:symbolize=0" },
    replace: [
      [/0x[0-9a-f]{6,}/g, "<address>"],
      [/==\d+==/g, "==pid=="],
      [/^ +#\d.*\n|^SUMMARY.*\n/gm, ""],
      [/^(?: +|=>)<address>:.*\n/gm, ""],
    ],
  },
  {
    name: "OpenMP",
    program: "$work/a.out",
    package: "gcc",
    prepare:
      "printf '#include <stdio.h>\\nint main(void){long s=0;\\n#pragma omp parallel for reduction(+:s)\\nfor(int i=0;i<100000;i++)s+=i;printf(\"%%ld\\\\n\",s);}' > a.c; gcc -O2 -fopenmp a.c -o a.out",
    stdout: /4999950000/,
  },
];

/** All of them. */
export const x86_64Programs: readonly RealProgram[] = [
  ...[...shell, ...core, ...archives, ...compressors, ...languages],
  ...[...tools, ...servers, ...graphical, ...compiled],
];
