/** stress-ng's stressors of memory, processes and libraries; each checks its own results. */
import type { ForeignTest, Row } from "../row.ts";
import { stressor } from "../verdicts.ts";

/** Options beside the stressor's own, where its default amount is too much or too little. */
const MEMORY: Readonly<Record<string, string>> = {
  mmap: "--mmap-bytes 16M",
  mremap: "--mremap-bytes 16M",
  brk: "",
  shm: "--shm-bytes 4M",
  "shm-sysv": "",
  mmapfork: "",
  mmapaddr: "",
  mmapfixed: "",
  mmapmany: "",
  mmaphuge: "",
  vm: "--vm-bytes 32M",
  munmap: "",
  mlock: "",
  madvise: "",
  remap: "",
  pkey: "",
  userfaultfd: "--userfaultfd-bytes 4M",
  stack: "",
  stackmmap: "",
  "bad-altstack": "",
  bigheap: "--bigheap-growth 1M",
  malloc: "--malloc-bytes 32M",
  "tlb-shootdown": "",
  msync: "",
  msyncmany: "",
  mincore: "",
  mprotect: "",
  pagemove: "",
  pageswap: "",
  physpage: "",
  memfd: "--memfd-bytes 16M",
  memrate: "--memrate-bytes 16M",
  "oom-pipe": "",
  resources: "",
  rmap: "",
  seal: "",
  "vm-addr": "",
  "vm-rw": "--vm-rw-bytes 4M",
  "vm-segv": "",
  "vm-splice": "",
  numa: "",
  null: "",
  zero: "",
  env: "",
};

const PROCESSES: Readonly<Record<string, string>> = {
  dynlib: "",
  fork: "",
  forkheavy: "",
  clone: "",
  vfork: "",
  vforkmany: "",
  exec: "",
  spawn: "",
  daemon: "",
  zombie: "",
  "exit-group": "",
  pthread: "",
  personality: "",
  prctl: "",
  rlimit: "",
  rseq: "",
  seccomp: "",
  session: "",
  sigsegv: "",
  sigfpe: "",
  sigtrap: "",
  sigsuspend: "",
  signest: "",
  ptrace: "",
  set: "",
  context: "",
  "io-uring": "",
  aiol: "",
  usersyscall: "",
  x86syscall: "",
  sysbadaddr: "",
  vdso: "",
  plugin: "",
  kcmp: "",
  membarrier: "",
  futex: "",
  mutex: "",
  tsc: "",
  tree: "",
  unshare: "",
  procfs: "",
};

const SHORT = [
  ..."mmap mremap brk shm-sysv mmapfork mmapaddr mmapfixed mmapmany vm madvise remap pkey".split(
    " ",
  ),
  ..."userfaultfd stack bigheap tlb-shootdown vm-segv dynlib clone vfork seccomp sigsegv".split(
    " ",
  ),
  ..."usersyscall x86syscall".split(" "),
];

const all = { ...MEMORY, ...PROCESSES };

function test(name: string, seconds: number): ForeignTest {
  const command = [
    `stress-ng --temp-path "$PWD" --${name} 1 ${all[name]} --verify --timeout ${seconds} --oomable`,
  ].join(" ");
  return { name, command, read: stressor(name), timeout: 90 };
}

const row = (part: "short" | "long", names: readonly string[], seconds: number): Row => ({
  name: part === "short" ? "stress-ng" : "stress-ng-more",
  packages: ["stress-ng"],
  part,
  tests: names.map((name) => test(name, seconds)),
});

export const stressNg: readonly Row[] = [row("short", SHORT, 1), row("long", Object.keys(all), 2)];
