/** Ranges of addresses that never overlap, each with something known of it. Knows nothing of what that is. */
import type { Block } from "./address-space.ts";

/** Ranges in ascending order. */
export class RangeMap<Range extends Block> {
  /** Bytes in ranges. */
  bytes = 0;
  private readonly list: Range[] = [];

  /** `part` makes of a range what lies in [start, end) of it. */
  constructor(private readonly part: (range: Range, start: number, end: number) => Range) {}

  all(): readonly Range[] {
    return this.list;
  }

  /** Takes out all that lies in [start, end) and returns it, cut to that. */
  take(start: number, end: number): readonly Range[] {
    const first = this.firstEndingAbove(start);
    let last = first;
    while ((this.list[last]?.start ?? end) < end) ++last;
    const touched = this.list.slice(first, last);
    const rests = touched.flatMap((range) => [
      ...this.cut(range, range.start, start),
      ...this.cut(range, end, range.end),
    ]);
    this.list.splice(first, touched.length, ...rests);
    const taken = touched.flatMap((range) => this.cut(range, start, end));
    for (const range of taken) this.bytes -= range.end - range.start;
    return taken;
  }

  /** Puts a range into its place; nothing may be there. */
  put(range: Range): void {
    this.list.splice(this.firstEndingAbove(range.start), 0, range);
    this.bytes += range.end - range.start;
  }

  private cut(range: Range, start: number, end: number): readonly Range[] {
    const [from, to] = [Math.max(range.start, start), Math.min(range.end, end)];
    return from < to ? [this.part(range, from, to)] : [];
  }

  private firstEndingAbove(address: number): number {
    let [low, high] = [0, this.list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.list[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
