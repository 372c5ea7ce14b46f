/** Medians and their uncertainty, for paired measurements. Pure. */

/** A pair of times of one round, in microseconds. */
export interface Pair {
  readonly reference: number;
  readonly subject: number;
}

/** What a series of pairs says. `low` and `high` bound the median ratio with 95 % confidence. */
export interface Summary {
  readonly reference: number;
  readonly subject: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

function sorted(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}

/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  const list = sorted(values);
  const middle = list.length >> 1;
  const upper = list[middle] ?? Number.NaN;
  return list.length % 2 === 1 ? upper : ((list[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Medians of both sides, and the median of the pairs' ratios with its order-statistics interval. */
export function summarise(pairs: readonly Pair[]): Summary {
  const ratios = sorted(pairs.map(({ reference, subject }) => subject / reference));
  const spread = (1.96 * Math.sqrt(ratios.length)) / 2;
  const at = (index: number): number =>
    ratios[Math.min(Math.max(Math.round(index), 0), ratios.length - 1)] ?? Number.NaN;
  return {
    reference: median(pairs.map((pair) => pair.reference)),
    subject: median(pairs.map((pair) => pair.subject)),
    ratio: median(ratios),
    low: at(ratios.length / 2 - spread - 1),
    high: at(ratios.length / 2 + spread),
  };
}
