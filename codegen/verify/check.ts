/** What a verification finds: which facts were compared, and which did not hold. */

/** A fact of a module that does not hold. */
export interface Difference {
  /** What was compared: `rtld_global_ro._dl_pagesize`, `export _dl_argv`. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** The outcome of a set of comparisons. */
export interface Verdict {
  readonly compared: number;
  readonly differences: readonly Difference[];
}

/** A single comparison of two values' texts. */
export function compared(what: string, expected: unknown, found: unknown): Verdict {
  const texts = { expected: text(expected), found: text(found) };
  const differences = texts.expected === texts.found ? [] : [{ what, ...texts }];
  return { compared: 1, differences };
}

/** Many verdicts as one. */
export function combined(verdicts: readonly Verdict[]): Verdict {
  return {
    compared: verdicts.reduce((sum, verdict) => sum + verdict.compared, 0),
    differences: verdicts.flatMap((verdict) => verdict.differences),
  };
}

/** How the two sides of a difference are called in texts. */
export interface Sides {
  readonly expected: string;
  readonly found: string;
}

/** Differences as lines for people. */
export function describeDifferences(
  differences: readonly Difference[],
  sides: Sides = { expected: "expected", found: "found" },
): readonly string[] {
  return differences.map(
    ({ what, expected, found }) =>
      `${what}: ${sides.expected} ${expected}, ${sides.found} ${found}`,
  );
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
