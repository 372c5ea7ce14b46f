/**
 * Workloads: what a program does to its address space, without saying where. Mappings have numbers instead
 * of addresses, so that any placement can answer. Recorded traces become workloads (replay-plan.ts), and
 * benchmarks invent them; the replayer (replayer/main.c) carries them out. Pure.
 */

/** enum space_kind of runtime/space/space.h. */
export const SPACE_KINDS = [
  "free",
  "image",
  "file",
  "anonymous",
  "stack",
  "break",
  "shared",
  "reserved",
  "kernel",
  "linker",
  "heap",
  "guest",
  "device",
] as const;

/** What a mapping is, for the policy and for people. */
export type SpaceKind = (typeof SPACE_KINDS)[number];

/** A part of a numbered mapping. */
export interface Spot {
  readonly mapping: number;
  readonly offset: number;
}

/** One step of a workload. Sizes and addresses are in bytes, page multiples. */
export type Operation =
  | {
      readonly do: "map";
      readonly mapping: number;
      readonly kind: SpaceKind;
      readonly size: number;
      /** 0: a page. */
      readonly align: number;
      /** Where it must end; 0: anywhere. */
      readonly limit: number;
    }
  | {
      readonly do: "map-hinted";
      readonly mapping: number;
      readonly kind: SpaceKind;
      readonly size: number;
      readonly address: number;
    }
  | {
      readonly do: "map-at";
      readonly address: number;
      readonly size: number;
      readonly kind: SpaceKind;
    }
  /** The program break at its largest; where, is the policy's to say, else it is at `address`. */
  | { readonly do: "break"; readonly address: number; readonly size: number }
  | { readonly do: "unmap-at"; readonly address: number; readonly size: number }
  | { readonly do: "unmap"; readonly spot: Spot; readonly size: number }
  | {
      readonly do: "remap-part";
      readonly spot: Spot;
      readonly size: number;
      readonly kind: SpaceKind;
    }
  | {
      readonly do: "resize";
      readonly spot: Spot;
      readonly oldSize: number;
      readonly newSize: number;
      readonly mapping: number;
      readonly kind: SpaceKind;
    }
  | { readonly do: "report" };

/** A workload and where it takes place. */
export interface Workload {
  readonly wordSize: 4 | 8;
  /** Free space counts within these bounds. */
  readonly low: number;
  readonly high: number;
  /** The bounds of these names in policies. */
  readonly stack: number;
  readonly kernel: number;
  readonly program: number;
  readonly break: number;
  /** How many numbers of mappings are in use. */
  readonly mappings: number;
  readonly operations: readonly Operation[];
}

/** The operations as the replayer reads them. `trims`: whether alignment is had by over-mapping. */
export function workloadText(workload: Workload, trims: boolean): string {
  const lines = workload.operations.map(operationLine);
  return [`n ${hex(workload.mappings)}`, `t ${trims ? 1 : 0}`, ...lines, ""].join("\n");
}

function operationLine(operation: Operation): string {
  switch (operation.do) {
    case "map":
      return line(
        "m",
        operation.mapping,
        kindNumber(operation.kind),
        operation.size,
        operation.align,
        operation.limit,
      );
    case "map-hinted":
      return line(
        "h",
        operation.mapping,
        kindNumber(operation.kind),
        operation.size,
        operation.address,
      );
    case "map-at":
      return line("x", operation.address, operation.size, kindNumber(operation.kind));
    case "break":
      return line("b", operation.address, operation.size);
    case "unmap-at":
      return line("u", operation.address, operation.size);
    case "unmap":
      return line("f", operation.spot.mapping, operation.spot.offset, operation.size);
    case "remap-part": {
      const { spot, size, kind } = operation;
      return line("o", spot.mapping, spot.offset, size, kindNumber(kind));
    }
    case "resize": {
      const { spot, oldSize, newSize, mapping, kind } = operation;
      return line("g", spot.mapping, spot.offset, oldSize, newSize, mapping, kindNumber(kind));
    }
    case "report":
      return "s";
  }
}

function line(letter: string, ...numbers: readonly number[]): string {
  return [letter, ...numbers.map(hex)].join(" ");
}

function kindNumber(kind: SpaceKind): number {
  return SPACE_KINDS.indexOf(kind);
}

function hex(number: number): string {
  return number.toString(16);
}
