/** Two states field by field: what differs, and what a reason excuses. Pure. */
import type { Difference } from "../check.ts";
import type { Reason } from "../reasons.ts";
import type { State } from "./decode.ts";

/** A difference that a reason explains. */
export interface Excused extends Difference {
  readonly why: string;
}

/** The outcome of a comparison. */
export interface StateComparison {
  /** Fields that hold something other than zero in one of the two. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly excused: readonly Excused[];
  /** Reasons that excused nothing. */
  readonly unused: readonly Reason[];
}

/**
 * Compares the state under the linker under test with the state under glibc's.
 * @param expected the state under glibc's ld.so
 */
export function compareStates(
  expected: State,
  found: State,
  reasons: readonly Reason[],
): StateComparison {
  const paths = [...new Set([...expected.keys(), ...found.keys()])];
  const different = paths
    .map((what) => ({ what, expected: expected.get(what) ?? "0", found: found.get(what) ?? "0" }))
    .filter((item) => item.expected !== item.found)
    .map((item) => ({
      item,
      reason: reasons.find(({ paths: pattern }) => pattern.test(item.what)),
    }));
  return {
    compared: paths.length,
    differences: different.filter(({ reason }) => !reason).map(({ item }) => item),
    excused: different.flatMap(({ item, reason }) =>
      reason ? [{ ...item, why: reason.why }] : [],
    ),
    unused: reasons.filter((reason) => !different.some((item) => item.reason === reason)),
  };
}
