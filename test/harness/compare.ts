/** Holds two outcomes against each other: what must differ is normalised, the rest is reported. Pure. */
import type { Outcome } from "./run.ts";

/** A text to put in place of what differs from run to run. */
export interface Replacement {
  readonly find: string | RegExp;
  readonly put: string;
}

/** Applies `replacements` in order to both output texts. */
export function normalise(outcome: Outcome, replacements: readonly Replacement[]): Outcome {
  const apply = (text: string): string =>
    replacements.reduce((result, { find, put }) => result.replaceAll(find, put), text);
  return { ...outcome, stdout: apply(outcome.stdout), stderr: apply(outcome.stderr) };
}

/** How a run ended, in words. */
export function ending(outcome: Outcome): string {
  if (outcome.timedOut) return "killed after the time-out";
  if (outcome.signal !== null) return `killed by ${outcome.signal}`;
  return `exit status ${outcome.status}`;
}

/** A readable account of how `subject` differs from `reference`, or undefined when they are equal. */
export function difference(reference: Outcome, subject: Outcome): string | undefined {
  const parts: string[] = [];
  if (ending(reference) !== ending(subject)) {
    parts.push(`ending:\n  - ${ending(reference)}\n  + ${ending(subject)}`);
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const text = lineDifference(reference[stream], subject[stream]);
    if (text !== undefined) parts.push(`${stream}:\n${text}`);
  }
  if (parts.length === 0) return undefined;
  return `(- glibc's ld.so, + linker under test)\n${parts.join("\n")}`;
}

const CONTEXT = 3;
const MOST_LINES = 40;

/** The first region where two texts differ, with some lines around it. */
export function lineDifference(reference: string, subject: string): string | undefined {
  if (reference === subject) return undefined;
  const left = reference.split("\n");
  const right = subject.split("\n");
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head++;
  let tail = 0;
  const room = Math.min(left.length, right.length) - head;
  while (tail < room && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const mark = (sign: string, lines: readonly string[]): string[] => {
    const shown = lines.slice(0, MOST_LINES).map((line) => `  ${sign} ${line}`);
    return lines.length > MOST_LINES
      ? [...shown, `  ${sign} ... ${lines.length - MOST_LINES} more`]
      : shown;
  };
  return [
    ...mark(" ", left.slice(Math.max(0, head - CONTEXT), head)),
    ...mark("-", left.slice(head, left.length - tail)),
    ...mark("+", right.slice(head, right.length - tail)),
    ...mark(" ", left.slice(left.length - tail, left.length - tail + CONTEXT)),
  ].join("\n");
}
