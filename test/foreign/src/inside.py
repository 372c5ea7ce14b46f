"""A thread, libraries that are opened, memory in many sizes, a child; says the same wherever it runs."""

import json
import mmap
import os
import subprocess
import sys
import threading

if "filtered" in sys.argv:
    assert "Seccomp:\t2" in open("/proc/self/status").read(), "no filter"
if "enclosed" in sys.argv:
    assert os.getpid() < 20 or os.environ.get("container") == "firejail", "no sandbox"

thread = threading.Thread(target=lambda: print(json.dumps([1]), flush=True))
thread.start()
thread.join()

import ctypes
import decimal
import sqlite3
import ssl
import zlib

assert ctypes.CDLL(None).getpid() > 0
assert sqlite3.connect(":memory:").execute("select 6 * 7").fetchone() == (42,)
assert ssl.OPENSSL_VERSION and decimal.Decimal(1) and zlib.crc32(b"x")
blocks = [mmap.mmap(-1, 4096 << (i % 8)) for i in range(50)]
for block in blocks:
    block[0] = 1
    block.close()
print(subprocess.run(["/bin/echo", "child"], capture_output=True, text=True).stdout, end="")
print("done")
