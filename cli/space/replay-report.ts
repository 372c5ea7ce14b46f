/** What the replayer said, as data. Pure. */

/** The free space at one moment. Sizes in bytes. */
export interface Sample {
  /** Operations carried out before. */
  readonly operation: number;
  readonly free: number;
  readonly largest: number;
  /** Requests without room so far. */
  readonly failures: number;
  /** Fixed addresses so far at which something else was. */
  readonly conflicts: number;
  /** The smallest largest block since the sample before. */
  readonly smallestLargest: number;
  /** Free ranges. */
  readonly holes: number;
  /** Pages of page tables that all that is mapped can need. */
  readonly tables: number;
}

/** A request that found no room. */
export interface Failure {
  readonly operation: number;
  readonly size: number;
  readonly free: number;
  readonly largest: number;
}

/** A whole replay. The last sample is the end. */
export interface ReplayResult {
  readonly samples: readonly Sample[];
  /** The first of them; `samples` count them all. */
  readonly failures: readonly Failure[];
}

/** Reads the replayer's output. */
export function parseReplay(output: string): ReplayResult {
  const samples: Sample[] = [];
  const failures: Failure[] = [];
  for (const text of output.split("\n")) {
    const [word, ...rest] = text.split(" ");
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = rest.map(Number);
    if (word === "sample") {
      samples.push({
        operation: a,
        free: b,
        largest: c,
        failures: d,
        conflicts: e,
        smallestLargest: f,
        holes: g,
        tables: h,
      });
    } else if (word === "failure") {
      failures.push({ operation: a, size: b, free: c, largest: d });
    }
  }
  return { samples, failures };
}

/** What a replay comes to. */
export interface ReplayFigures {
  /** Mean over the samples of the largest free block divided by all free space. */
  readonly largestOfFree: number;
  /** The smallest largest free block at any time, in bytes. */
  readonly smallestLargest: number;
  readonly failures: number;
  readonly conflicts: number;
  readonly firstFailure: Failure | undefined;
  /** Means over the samples. */
  readonly holes: number;
  readonly tables: number;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The figures of the samples from `operation` on. */
export function replayFigures(result: ReplayResult, operation = 0): ReplayFigures {
  const before = result.samples.filter((sample) => sample.operation <= operation).at(-1);
  const samples = result.samples.filter((sample) => sample.operation > operation);
  const shares = samples.filter(({ free }) => free > 0).map(({ largest, free }) => largest / free);
  const last = samples.at(-1);
  return {
    largestOfFree: mean(shares),
    holes: mean(samples.map(({ holes }) => holes)),
    tables: mean(samples.map(({ tables }) => tables)),
    smallestLargest: Math.min(...samples.map((sample) => sample.smallestLargest)),
    failures: (last?.failures ?? 0) - (operation > 0 ? (before?.failures ?? 0) : 0),
    conflicts: last?.conflicts ?? 0,
    firstFailure: result.failures.find((failure) => failure.operation >= operation),
  };
}
