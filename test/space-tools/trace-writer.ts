/** Traces as the recorder writes them (runtime/space/trace.h), for tests. */

import { RULE_RECORD, TRACE_OPS, type TraceOp } from "../../cli/space/trace-format.ts";
import { SPACE_KINDS, type SpaceKind } from "../../cli/space/workload.ts";

const WINDOW = 1 << 20;
const PAGE = 4096;

/** A record: its numbers behind the result, and a name. */
export interface RawRecord {
  readonly op: TraceOp | "rule";
  readonly time?: number;
  /** An address, or -errno. */
  readonly result?: number;
  readonly numbers: readonly number[];
  readonly name?: string;
}

/** Unsigned LEB128. */
function leb(number: number): readonly number[] {
  const bytes: number[] = [];
  let rest = number;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(low + (rest > 0 ? 128 : 0));
  } while (rest > 0);
  return bytes;
}

function encode({ op, time = 0, result = 0, numbers, name = "" }: RawRecord): Buffer {
  const outcome = result < 0 ? 2 ** 32 - result : result / PAGE;
  const body = [time, outcome, ...numbers].flatMap(leb);
  const text = Buffer.from(name);
  const length = 2 + body.length + text.length;
  const number = op === "rule" ? RULE_RECORD : TRACE_OPS.indexOf(op) + 1;
  return Buffer.concat([Buffer.from([length, number, ...body]), text]);
}

/** A whole file. */
export function traceFile(wordSize: 4 | 8, records: readonly RawRecord[]): Buffer {
  const header = Buffer.alloc(64);
  header.write("WLDTRACE", "latin1");
  header.writeUInt32LE(2, 8);
  header.writeUInt32LE(wordSize, 12);
  header.writeUInt32LE(4711, 16);
  header.writeBigUInt64LE(1_700_000_000_000_000n, 24);
  header.write("compact", 32, "latin1");
  const windows: Buffer[][] = [[header]];
  let used = header.length;
  for (const bytes of records.map(encode)) {
    if (used + bytes.length + 1 > WINDOW) {
      windows.push([]);
      used = 0;
    }
    windows.at(-1)?.push(bytes);
    used += bytes.length;
  }
  const whole = Buffer.alloc(windows.length * WINDOW);
  for (const [index, parts] of windows.entries()) Buffer.concat(parts).copy(whole, index * WINDOW);
  return whole;
}

/** The record of an mmap that the linker placed. */
export function mapRecord(
  result: number,
  size: number,
  kind: SpaceKind = "anonymous",
  flags = 0x22,
  address = 0,
  rule = 0,
): RawRecord {
  const numbers = [address, size, 3, flags, 0, 0, SPACE_KINDS.indexOf(kind), 0x1234, rule];
  return { op: "map", result, numbers };
}

/** What was mapped when the trace began. */
export function seedRecord(address: number, size: number, kind: SpaceKind): RawRecord {
  return { op: "seed", numbers: [address, size, SPACE_KINDS.indexOf(kind) | 0x100 | 0x30] };
}

/** munmap. */
export function unmapRecord(address: number, size: number): RawRecord {
  return { op: "unmap", numbers: [address, size, 0] };
}
