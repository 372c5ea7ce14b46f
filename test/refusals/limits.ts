/** Refusals that have no way back yet, each with the reason. */
import type { Row } from "./matrix.ts";

interface Limit {
  readonly rule: RegExp;
  /** Only where the process is killed; any refusal when absent. */
  readonly killOnly?: true;
  readonly reason: string;
}

const limits: readonly Limit[] = [
  { rule: /^mprotect\(argument 2/, reason: "limit: libc's entries are patched in place" },
  {
    rule: /^mmap\d?\(argument 3 & 0x100000\)/,
    reason: "limit: addresses are chosen with MAP_FIXED_NOREPLACE",
  },
  { rule: /^mmap\d?\(/, killOnly: true, reason: "limit: room is kept by mappings of our own" },
  {
    rule: /^mremap\(argument 3/,
    killOnly: true,
    reason: "limit: mremap moves to a chosen address",
  },
  {
    rule: /^madvise\(argument 2 = 0x12\)/,
    killOnly: true,
    reason: "limit: MADV_WIPEONFORK tells of forks",
  },
  {
    rule: /^(pwrite64|openat\(argument 2 & 0x2\))/,
    killOnly: true,
    reason: "limit: libc's entries are written through /proc/self/mem",
  },
  { rule: /^personality/, killOnly: true, reason: "limit: the layout is asked for" },
  { rule: /^sigaltstack/, killOnly: true, reason: "limit: a waiter asks for its signal stack" },
  { rule: /^prlimit64/, killOnly: true, reason: "limit: the stack's limit is asked for" },
];

/** Why a row may differ from glibc, or undefined. */
export function limitOf({ rule, what }: Row): string | undefined {
  return limits.find(
    (limit) => limit.rule.test(rule.name) && (limit.killOnly !== true || what === "KILL"),
  )?.reason;
}
