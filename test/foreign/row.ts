/** What a row of the foreign suites is. The rows are data (rows/*.ts); run.ts runs them. */
import type { Outcome } from "../harness/run.ts";

/** How a test went. A skip is what the test says of itself. */
export interface Verdict {
  readonly state: "pass" | "fail" | "skip";
  /** One line, for a failure or a skip. */
  readonly why: string;
}

/** Verdicts by the name of the test. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** Takes the verdicts from what a command said and from the folder that it ran in. */
export type Reader = (outcome: Outcome, folder: string) => Verdicts;

/**
 * A command: one test, or with a reader a suite of many. It is run by bash in an empty folder, with `$SOURCES` (a
 * copy of src/), `$PREPARED` (the folder that the row's `prepare` filled) and `$STARTS` (how often to start what
 * may fail now and then) in its environment.
 */
export interface ForeignTest {
  readonly name: string;
  readonly command: string;
  /** What standard output must match, besides status 0. */
  readonly expects?: RegExp;
  /** In place of that. */
  readonly read?: Reader;
  /** Seconds; 60 when absent. */
  readonly timeout?: number;
}

/** Tests that need the same packages. */
export interface Row {
  readonly name: string;
  /** Debian packages. */
  readonly packages: readonly string[];
  /** `short`: in each run; `long`: in a full one. */
  readonly part: "short" | "long";
  /** Run once, under glibc's linker, in the folder `$PREPARED`. */
  readonly prepare?: string;
  /** Run as a user without privileges instead of root. */
  readonly isOrdinary?: boolean;
  /** Run among the machine's processes: firejail makes no sandbox where it sees no kernel threads. */
  readonly seesProcesses?: boolean;
  readonly tests: readonly ForeignTest[];
}
