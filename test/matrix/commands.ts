/** Real programs of a release, as command lines whose output and exit status must not depend on the linker. */

/** A program of the tree and its arguments; `$tree` is the tree's root, `$bash` its bash. */
export interface RealCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

const threads =
  "import threading, math; l = []; ts = [threading.Thread(target=lambda i=i: l.append(i * i)) " +
  "for i in range(20)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sorted(l), math.pi)";
const missingLibrary =
  "import ctypes\ntry: ctypes.CDLL('libabsent.so')\nexcept OSError as error: print(error)";
const fork =
  "import os\npid = os.fork()\nif pid == 0: os._exit(7)\nprint(os.waitpid(pid, 0)[1] >> 8)";
const shell =
  "for i in 1 2 3; do echo $((i * i)); done; (exit 3); echo $?; echo a b | { read x y; echo $y; }";

const command = (program: string, ...words: readonly string[]): RealCommand => ({
  program,
  arguments: words,
});

/** About thirty, among them threads, fork, dlopen, character sets and cryptography. */
export const realCommands: readonly RealCommand[] = [
  command("bash", "-c", shell),
  command("dash", "-c", "echo $((6 * 7)); true | cat"),
  command("ls", "-l", "$tree/etc/debian_version"),
  command("ls", "/nonexistent"),
  command("sort", "-r", "$tree/etc/debconf.conf"),
  command("sha256sum", "$bash"),
  command("date", "-u", "-d", "@0"),
  command("factor", "1234567890123"),
  command("stat", "-c", "%s %F", "$bash"),
  command("grep", "-c", "a", "$bash"),
  command("sed", "-n", "s/a/b/p", "$tree/etc/debconf.conf"),
  command("mawk", "BEGIN { for (i = 0; i < 1000; i++) s += i * i; print s }"),
  command("gawk", "BEGIN { for (i = 0; i < 1000; i++) a[i] = sqrt(i); print a[999], length(a) }"),
  command("perl", "-e", "my %h; $h{$_} = $_ ** 2 for 1 .. 1000; print scalar(keys %h); exit 3"),
  command("find", "$tree/etc", "-maxdepth", "1", "-name", "debconf.conf"),
  command("diff", "$tree/etc/debian_version", "$tree/etc/debconf.conf"),
  command("tar", "-tf", "/dev/null"),
  command("gzip", "--version"),
  command("xz", "--robot", "--version"),
  command("bc", "--version"),
  command("file", "--version"),
  command(
    "sqlite3",
    ":memory:",
    "create table t(a); insert into t values (1), (2); select sum(a) from t",
  ),
  command("openssl", "dgst", "-sha512", "$bash"),
  command("openssl", "version"),
  command("jq", "-n", "[range(5)] | add"),
  command("ps", "--version"),
  command("getent", "passwd", "root"),
  command("iconv", "-f", "utf8", "-t", "utf16", "$tree/etc/debconf.conf"),
  command("python3", "-c", threads),
  command("python3", "-c", missingLibrary),
  command("python3", "-c", fork),
  command(
    "python3",
    "-c",
    "import subprocess, json; print(json.dumps([1, {'b': None}])); raise SystemExit(4)",
  ),
];
