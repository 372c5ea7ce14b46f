/** CPython's regression tests; what they start by sys.executable runs under the same linker. */
import type { ForeignTest, Row } from "../row.ts";
import { junit } from "../verdicts.ts";

const SHORT = [
  ..."test_mmap test_ctypes test_thread test_threading test_gc test_faulthandler".split(" "),
  ..."test_resource test_posix test_dbm test_fork1 test_context".split(" "),
];

const LONG = [
  ..."test_subprocess test_signal test_multiprocessing_fork test_multiprocessing_spawn".split(" "),
  ..."test_multiprocessing_forkserver test_multiprocessing_main_handling test_asyncio".split(" "),
  ..."test_select test_selectors test_syslog test_import test_embed test_wait4 test_array".split(
    " ",
  ),
  ..."test_ssl test_socket test_os test_concurrent_futures test_tracemalloc test_locale".split(" "),
  ..."test_io test_buffer test_shutil test_hashlib test_zlib test_lzma test_bz2 test_decimal".split(
    " ",
  ),
  ..."test_curses test_readline test_pty test_openpty test_fcntl test_ioctl test_eintr".split(" "),
  ..."test_threadsignals test_gdb test_venv test_bigmem test_exceptions test_sys test_regrtest".split(
    " ",
  ),
];

/** Modules that this Python does not have are named by its runner, and count as skipped. */
function module(name: string): ForeignTest {
  const command = `python3 -m test -u all,-gui,-network,-urlfetch,-largefile,-audio --timeout 240 --junit-xml results.xml ${name}`;
  return { name, command, read: junit, timeout: 900 };
}

const row = (name: string, part: "short" | "long", modules: readonly string[]): Row => ({
  name,
  packages: ["python3", "libpython3.11-testsuite"],
  part,
  tests: modules.map(module),
});

export const cpython: readonly Row[] = [
  row("cpython", "short", SHORT),
  row("cpython-more", "long", LONG),
];
