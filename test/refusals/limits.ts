/** Refusals that have no way back yet, each with the reason. */
import type { Row } from "./matrix.ts";

interface Limit {
  readonly rule: RegExp;
  /** Only where the process is killed; any refusal when absent. */
  readonly killOnly?: true;
  readonly reason: string;
}

const limits: readonly Limit[] = [
  {
    rule: /^(pwrite64|openat\(argument 2 & 0x2\))/,
    killOnly: true,
    reason: "limit: libc's entries are written through /proc/self/mem",
  },
  {
    rule: /^madvise\(argument 2 = 0x12\)/,
    killOnly: true,
    reason: "limit: MADV_WIPEONFORK tells of forks",
  },
  { rule: /^personality/, killOnly: true, reason: "limit: the layout is asked for" },
  { rule: /^prlimit64/, killOnly: true, reason: "limit: the stack's limit is asked for" },
  { rule: /^getrandom/, killOnly: true, reason: "limit: addresses are chosen by chance" },
  { rule: /^sigaltstack/, killOnly: true, reason: "limit: a waiter asks for its signal stack" },
];

/** Why a row may differ from glibc, or undefined. */
export function limitOf({ rule, what }: Row): string | undefined {
  return limits.find(
    (limit) => limit.rule.test(rule.name) && (limit.killOnly !== true || what === "KILL"),
  )?.reason;
}
