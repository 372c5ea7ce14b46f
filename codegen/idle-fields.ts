/** Fields of glibc's structs that the runtime need not use, with the reason. Data. */

import { isInRange, type VersionRange } from "./version-range.ts";

interface Idle {
  readonly names: RegExp;
  readonly why: string;
  /** The versions of glibc that this is about; all when absent. */
  readonly glibc?: VersionRange;
}

const idleFields: readonly Idle[] = [
  { names: /^cpuid_registers\./, why: "registers are filled as an array" },
  { names: /^tcbhead_t\.sysinfo$/, why: "the kernel's entry is i386's, which always has it" },
  {
    glibc: { to: "2.33" },
    names: /^(pthread|list_head|robust_list_head|__pthread_\w+)\./,
    why: "libpthread sets up the first thread itself",
  },
];

/** Why a glibc of this version does not miss a field that nothing uses; undefined: it may. */
export function whyIdle(version: string, name: string): string | undefined {
  return idleFields.find(({ names, glibc }) => names.test(name) && isInRange(glibc ?? {}, version))
    ?.why;
}
