/** Which part of which numbered mapping lay where, in a recorded address space. */

import type { SpaceKind } from "./workload.ts";

/** A part of a mapping. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** The number of the mapping; undefined: it is where it is for reasons of its own. */
  readonly mapping: number | undefined;
  /** Offset of `start` in the mapping. */
  readonly offset: number;
  /** False: it is unmapped, but remembered, since programs map again what they have cut out. */
  readonly live: boolean;
  readonly kind: SpaceKind;
}

/** Pieces in ascending order that never overlap. */
export class PieceMap {
  private readonly pieces: Piece[] = [];

  /** Takes out all of [start, end) and returns it, cut to that range. */
  take(start: number, end: number): readonly Piece[] {
    const first = this.firstEndingAbove(start);
    let last = first;
    while ((this.pieces[last]?.start ?? end) < end) ++last;
    const touched = this.pieces.slice(first, last);
    const rests = touched.flatMap((piece) => [
      ...cut(piece, piece.start, start),
      ...cut(piece, end, piece.end),
    ]);
    this.pieces.splice(first, touched.length, ...rests);
    return touched.flatMap((piece) => cut(piece, start, end));
  }

  /** Puts a piece into its place; nothing may be there. */
  put(piece: Piece): void {
    this.pieces.splice(this.firstEndingAbove(piece.start), 0, piece);
  }

  private firstEndingAbove(address: number): number {
    let [low, high] = [0, this.pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pieces[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The part of a piece within [start, end), if there is any. */
function cut(piece: Piece, start: number, end: number): readonly Piece[] {
  const from = Math.max(piece.start, start);
  const to = Math.min(piece.end, end);
  return from < to
    ? [{ ...piece, start: from, end: to, offset: piece.offset + from - piece.start }]
    : [];
}
