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
];

/** Why a row may differ from glibc, or undefined. */
export function limitOf({ rule, what }: Row): string | undefined {
  return limits.find(
    (limit) => limit.rule.test(rule.name) && (limit.killOnly !== true || what === "KILL"),
  )?.reason;
}
