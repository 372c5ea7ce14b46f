/** Reading what the recorder wrote; the format is described in runtime/space/trace.h. Pure. */
import { CommandError } from "../command-error.ts";
import { SPACE_KINDS, type SpaceKind } from "./workload.ts";

const MAGIC = "WLDTRACE";
const VERSION = 2;
const HEADER_SIZE = 64;
/** The recorder maps the file piece by piece; no record crosses from one to the next. */
const WINDOW = 1 << 20;
const PAGE = 4096;
/** Results from here on are errors: this + errno. */
const FIRST_ERROR = 2 ** 32;

/** What the beginning of a trace says. */
export interface TraceHeader {
  readonly wordSize: 4 | 8;
  readonly pid: number;
  readonly started: Date;
  readonly policy: string;
}

interface Common {
  /** Microseconds since the trace began. */
  readonly time: number;
  /** errno of a call that failed, else 0. */
  readonly error: number;
}

interface Ranged extends Common {
  readonly address: number;
  readonly size: number;
}

/** One record. Addresses and sizes in bytes; `result` is an address. */
export type TraceEvent =
  | (Ranged & { readonly op: "seed"; readonly kind: SpaceKind; readonly attributes: number })
  | (Ranged & {
      readonly op: "map";
      readonly protection: number;
      readonly flags: number;
      /** -1: none. */
      readonly file: number;
      /** In bytes. */
      readonly offset: number;
      readonly kind: SpaceKind;
      readonly caller: number;
      readonly result: number;
      /** The line of the rule that chose the address; 0: the caller did, or the kernel. */
      readonly rule: number;
    })
  | (Ranged & { readonly op: "unmap" })
  | (Ranged & { readonly op: "protect"; readonly protection: number })
  | (Ranged & {
      readonly op: "remap";
      readonly newSize: number;
      readonly flags: number;
      readonly newAddress: number;
      readonly caller: number;
      readonly result: number;
    })
  | (Ranged & { readonly op: "break"; readonly caller: number })
  | (Ranged & { readonly op: "attach"; readonly caller: number; readonly result: number })
  | (Ranged & { readonly op: "detach" })
  | (Ranged & {
      readonly op: "claim";
      readonly align: number;
      readonly result: number;
      /** As with a mapping. */
      readonly rule: number;
    })
  | (Ranged & { readonly op: "release" })
  | (Ranged & { readonly op: "name"; readonly name: string });

/** A record's kind. */
export type TraceOp = TraceEvent["op"];

/** A whole trace. */
export interface Trace {
  readonly header: TraceHeader;
  /** The rules of the policy, by their lines. */
  readonly rules: ReadonlyMap<number, string>;
  readonly events: readonly TraceEvent[];
}

/** Numbers of enum trace_op, from 1. */
const OPS: readonly TraceOp[] = [
  "seed",
  "map",
  "unmap",
  "protect",
  "remap",
  "break",
  "attach",
  "detach",
  "claim",
  "release",
  "name",
];

/** The number of a record that is no event: a rule of the policy. */
export const RULE_RECORD = OPS.length + 1;

/** The names of all kinds of records. */
export const TRACE_OPS = OPS;

/** Whether a file's bytes begin as a trace does. */
export function isTrace(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** Decodes a trace. Throws a CommandError that says at which byte it is not one. */
export function decodeTrace(bytes: Uint8Array): Trace {
  const header = decodeHeader(bytes);
  const events: TraceEvent[] = [];
  const rules = new Map<number, string>();
  for (const record of recordsOf(bytes)) {
    const at = record.byteOffset - bytes.byteOffset;
    if (record[1] === RULE_RECORD) rules.set(...decodeRule(record, at));
    else events.push(decodeRecord(record, at));
  }
  return { header, rules, events };
}

/** The records of a trace, as bytes. */
function* recordsOf(bytes: Uint8Array): Generator<Uint8Array> {
  let at = HEADER_SIZE;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length === 0) {
      // The rest of this window was too short for the next record, or this is the end.
      at = at % WINDOW === 0 ? bytes.length : (Math.floor(at / WINDOW) + 1) * WINDOW;
      continue;
    }
    if (length < 2 || at + length > bytes.length) throw damaged(at);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/**
 * The same trace with the records of `ops` alone and no times: shorter, for keeping.
 * @throws CommandError as decodeTrace does
 */
export function traceWith(bytes: Uint8Array, ops: readonly TraceOp[]): Buffer {
  decodeHeader(bytes);
  const kept: Buffer[] = [Buffer.from(bytes.subarray(0, HEADER_SIZE))];
  for (const record of recordsOf(bytes)) {
    const op = OPS[(record[1] ?? 0) - 1];
    if (op === undefined || !ops.includes(op)) continue;
    const afterTime = record.findIndex((byte, at) => at >= 2 && byte < 0x80) + 1;
    const rest = record.subarray(afterTime);
    kept.push(Buffer.from([rest.length + 3, record[1] ?? 0, 0, ...rest]));
  }
  return Buffer.concat(kept);
}

function damaged(at: number): CommandError {
  return new CommandError(`the trace is damaged at byte ${at}`);
}

function decodeHeader(bytes: Uint8Array): TraceHeader {
  if (!isTrace(bytes) || bytes.length < HEADER_SIZE) throw new CommandError("this is not a trace");
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
  const [version, wordSize] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (version !== VERSION)
    throw new CommandError(`a trace of version ${version}; this command reads version ${VERSION}`);
  if (wordSize !== 4 && wordSize !== 8) throw damaged(12);
  return {
    wordSize,
    pid: view.getUint32(16, true),
    started: new Date(Number(view.getBigUint64(24, true)) / 1000),
    policy: Buffer.from(bytes.subarray(32, 64)).toString("latin1").replace(/\0.*$/s, ""),
  };
}

/** Takes numbers off a record. */
class RecordReader {
  private at = 2;
  constructor(
    private readonly bytes: Uint8Array,
    private readonly place: number,
  ) {}

  /** The next unsigned LEB128. Exact below 2^53, which all addresses of user space are. */
  number(): number {
    let [result, factor] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw damaged(this.place);
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 0x80;
    }
  }

  /** 0 where the record has ended: the recorder of an earlier release had no such number. */
  numberIfAny(): number {
    return this.at < this.bytes.length ? this.number() : 0;
  }

  rest(): string {
    return Buffer.from(this.bytes.subarray(this.at)).toString();
  }
}

/** A rule's line and text. */
function decodeRule(bytes: Uint8Array, place: number): readonly [number, string] {
  const reader = new RecordReader(bytes, place);
  const [, , line] = [reader.number(), reader.number(), reader.number(), reader.number()];
  return [line, reader.rest()];
}

function decodeRecord(bytes: Uint8Array, place: number): TraceEvent {
  const op = OPS[(bytes[1] ?? 0) - 1];
  const reader = new RecordReader(bytes, place);
  if (op === undefined) throw damaged(place);
  const time = reader.number();
  const outcome = reader.number();
  const error = outcome >= FIRST_ERROR && outcome < FIRST_ERROR + PAGE ? outcome - FIRST_ERROR : 0;
  const result = error !== 0 ? 0 : outcome * PAGE;
  const range: Ranged = { time, error, address: reader.number(), size: reader.number() };
  return decodeRest(op, range, result, reader, place);
}

/** What follows an operation's range. */
function decodeRest(
  op: TraceOp,
  range: Ranged,
  result: number,
  reader: RecordReader,
  place: number,
): TraceEvent {
  switch (op) {
    case "seed": {
      const attributes = reader.number();
      return { op, ...range, kind: kindOf(attributes % 16, place), attributes };
    }
    case "map": {
      const [protection, flags, file] = [reader.number(), reader.number(), reader.number() - 1];
      const [offset, kind] = [reader.number() * PAGE, kindOf(reader.number(), place)];
      const [caller, rule] = [reader.number(), reader.number()];
      return { op, ...range, protection, flags, file, offset, kind, caller, result, rule };
    }
    case "protect":
      return { op, ...range, protection: reader.number() };
    case "remap": {
      const [newSize, flags] = [reader.number(), reader.number()];
      const [newAddress, caller] = [reader.number(), reader.number()];
      return { op, ...range, newSize, flags, newAddress, caller, result };
    }
    case "break":
      return { op, ...range, caller: reader.number() };
    case "attach":
      return { op, ...range, caller: reader.number(), result };
    case "claim":
      return { op, ...range, align: reader.number(), result, rule: reader.numberIfAny() };
    case "name":
      return { op, ...range, name: reader.rest() };
    case "unmap":
    case "detach":
    case "release":
      return { op, ...range };
  }
}

function kindOf(number: number, place: number): SpaceKind {
  const kind = SPACE_KINDS[number];
  if (kind === undefined) throw damaged(place);
  return kind;
}
