/** syscall_numbers.h: SYS_ macros, which assembly can include too. */

import { SYSCALL_NAMES, type Target } from "../targets.ts";
import { define, lines } from "./c-text.ts";

/** A call that this architecture does not have: the kernel answers -ENOSYS to it. */
const NONE = "(-1)";

/** The defines of a target. */
export function syscallDefines(target: Target): string {
  return lines(
    SYSCALL_NAMES.map((name) => define(`SYS_${name}`, target.syscalls[name] ?? NONE)),
    define("SYSCALL_MMAP_SHIFT", target.mmapOffsetShift),
  );
}
