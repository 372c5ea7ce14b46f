/** What is known of the terminal: colours, width, and a line that is written over. */

import type { WriteStream } from "node:tty";

/** A stream that may be a terminal. */
export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

/** Elsewhere than on a terminal, passing news is told this often, in milliseconds. */
const RARELY = 20_000;
const DEFAULT_COLUMNS = 80;

/** Whether to colour: FORCE_COLOR and NO_COLOR decide, else whether it is a terminal. */
export function wantsColour(output: Output, environment: NodeJS.ProcessEnv): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  return output.isTTY === true && environment["TERM"] !== "dumb";
}

/** The width of a terminal in characters; undefined for what is none. */
export function widthOf(output: Output): number | undefined {
  return output.isTTY === true ? output.columns || DEFAULT_COLUMNS : undefined;
}

/** Tells of work. `passing`: of interest only until the next line. */
export type Progress = (line: string, passing?: boolean) => void;

/**
 * Progress on a stream: a terminal has one line that is written over, everything else a line every now and then for
 * what is passing. `now` is in milliseconds.
 */
export function progressOn(output: Output, now: () => number = Date.now): Progress {
  const clear = output.isTTY === true ? "\r\u001b[K" : "";
  let last = now() - RARELY;
  return (line, passing = false) => {
    if (!passing) {
      output.write(`${clear}${line}\n`);
      return;
    }
    const width = widthOf(output);
    if (width !== undefined) {
      output.write(`${clear}${line.slice(0, width - 1)}`);
    } else if (now() - last >= RARELY) {
      last = now();
      output.write(`${line}\n`);
    }
  };
}
