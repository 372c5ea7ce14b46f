/** What an invocation of a real program is. The tables are data: programs-x86_64.ts, programs-i386.ts. */
import type { Way } from "../harness/start.ts";

/**
 * One invocation. In every text `$work` is an empty folder made for the run, `$tree` the root of the
 * unpacked tree (empty on x86_64), `$program` the program's path.
 */
export interface RealProgram {
  readonly name: string;
  readonly program: string;
  readonly arguments?: readonly string[];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Run by /bin/sh in `$work` before, under the system's own linker. */
  readonly prepare?: string;
  /** Stands before the command line: `xvfb-run -a`, `setpriv ...`. */
  readonly wrapper?: readonly string[];
  /** Other files that must be there. */
  readonly needs?: readonly string[];
  /** Debian package, for the message that tells how to get it. */
  readonly package: string;
  readonly ways?: readonly Way[];
  /** Files beside the copy of the program: relative name -> target. */
  readonly beside?: Readonly<Record<string, string>>;
  /** What glibc's run must say, so that the comparison means something. */
  readonly stdout?: RegExp;
  readonly status?: number;
  /** Differences from run to run, of this program alone. */
  readonly replace?: readonly (readonly [RegExp, string])[];
  readonly timeout?: number;
}
