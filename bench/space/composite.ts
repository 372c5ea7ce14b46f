/**
 * Workloads composed of recordings: copies of programs that were recorded run side by side in one address space,
 * shifted in time, as plugins, emulators and servers do it. Pure: the same seed gives the same workload.
 *
 * A copy does what its recording did, with sizes, kinds, order and lifetimes as they were; what chance decides is which
 * programs run together and how far each has come. Only what a process has once is there once: the program, the break, the stack.
 */
import { planReplay } from "../../cli/space/replay-plan.ts";
import type { Trace } from "../../cli/space/trace-format.ts";
import type { Operation, SpaceKind, Workload } from "../../cli/space/workload.ts";
import { type Chance, chanceFrom } from "./game.ts";

/** Copies at work at a time; those that have done keep what they have until room is wanted. */
const AT_WORK = 8;
/** Copies take turns, and have done after so many: as if all ran equally long. */
const TURNS = 50;
/** Below this part of the load that is wanted, copies are added as they are at some moment of their work. */
const TOO_LITTLE = 0.95;
const REPORT_EVERY = 50;
const SCALED_FROM = 64 << 10;

/** What is composed. */
export interface Composition {
  readonly seed: number;
  readonly traces: readonly Trace[];
  /** How many turns the copies have, all together. */
  readonly turns: number;
  /** The part of the space that is to be live, by the part of the turns that is over. */
  readonly load: (done: number) => number;
  /** What sizes from 64 KiB on are multiplied by. */
  readonly scale: number;
  /** Whether each copy loads the libraries of its program again; else the first one does it for all. */
  readonly reloads: boolean;
}

/** A recording as a copy repeats it. */
interface Script {
  readonly operations: readonly Operation[];
  readonly mappings: number;
  /** The numbers of mappings that are libraries. */
  readonly images: ReadonlySet<number>;
}

/** The workload of a composition. */
export function compose(composition: Composition): Workload {
  const chance = chanceFrom(composition.seed);
  const plans = composition.traces.map((trace) =>
    planReplay(trace, { limit: 2 ** 32, reports: 1 }),
  );
  const process = plans[Math.floor(chance() * plans.length)];
  if (process === undefined) throw new RangeError("nothing to compose");
  const fixed = process.operations.filter(({ do: what }) => what === "map-at" || what === "break");
  const stage = new Stage(composition, plans.map(scriptOf), process.high - process.low, chance);
  for (let turn = 0; turn < composition.turns; ++turn) stage.turn(turn / composition.turns);
  return { ...process, mappings: stage.mappings, operations: [...fixed, ...stage.operations] };
}

function scriptOf(plan: Workload): Script {
  const operations = plan.operations.flatMap((operation): readonly Operation[] => {
    switch (operation.do) {
      case "map":
      case "unmap":
      case "remap-part":
      case "resize":
        return [operation];
      case "map-hinted": {
        const { mapping, kind, size } = operation;
        return [{ do: "map", mapping, kind, size, align: 0, limit: 0 }];
      }
      default:
        return [];
    }
  });
  const images = operations.flatMap((operation) =>
    operation.do === "map" && operation.kind === "image" ? [operation.mapping] : [],
  );
  return { operations, mappings: plan.mappings, images: new Set(images) };
}

/** A part of a mapping that is live: offsets of its ends. */
type Part = readonly [from: number, to: number];

/** The parts without what lies in [from, to). */
function without(parts: readonly Part[], from: number, to: number): readonly Part[] {
  return parts.flatMap(([start, end]): readonly Part[] =>
    [[start, Math.min(end, from)] as const, [Math.max(start, to), end] as const].filter(
      ([left, right]) => left < right,
    ),
  );
}

function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** A program at work. */
class Copy {
  private next = 0;
  /** What is live of each mapping, by its number in the script. */
  private readonly live = new Map<number, readonly Part[]>();
  private readonly kinds = new Map<number, SpaceKind>();
  private readonly scaled = new Set<number>();

  constructor(
    private readonly script: Script,
    /** Added to the script's numbers. */
    private readonly base: number,
    private readonly scale: number,
    private readonly loads: boolean,
  ) {}

  get done(): boolean {
    return this.next >= this.script.operations.length;
  }

  /** How many steps are one turn. */
  get turn(): number {
    return Math.ceil(this.script.operations.length / TURNS);
  }

  /** Goes on as it is when `count` of its steps are done. The steps that make what is still there then. */
  join(count: number): readonly Operation[] {
    while (this.next < count) this.step();
    return [...this.live].flatMap(([mapping, parts]) => this.present(mapping, parts));
  }

  /** Maps all of a mapping up to its last live part, and unmaps what lies between them. */
  private present(mapping: number, parts: readonly Part[]): readonly Operation[] {
    const size = Math.max(0, ...parts.map(([, to]) => to));
    if (size === 0) return [];
    const number = this.base + mapping;
    const kind = this.kinds.get(mapping) ?? "anonymous";
    const gaps = parts.reduce((rest, [from, to]) => without(rest, from, to), [
      [0, size],
    ] as readonly Part[]);
    return [
      { do: "map", mapping: number, kind, size, align: 0, limit: 0 },
      ...gaps.map(([offset, to]): Operation => {
        return { do: "unmap", spot: { mapping: number, offset }, size: to - offset };
      }),
    ];
  }

  /** Its next step, or undefined: not one of its own. */
  step(): Operation | undefined {
    const operation = this.script.operations[this.next++];
    if (operation === undefined || operation.do === "report") return undefined;
    if (!this.loads && this.script.images.has(mappingOf(operation))) return undefined;
    return this.perform(operation);
  }

  /** The steps that give back all it has but the libraries that it has loaded for others too. */
  end(keepsImages: boolean): readonly Operation[] {
    return [...this.live].flatMap(([mapping, parts]) =>
      keepsImages && this.script.images.has(mapping)
        ? []
        : parts.map(([offset, to]): Operation => {
            const spot = { mapping: this.base + mapping, offset };
            return { do: "unmap", spot, size: to - offset };
          }),
    );
  }

  /** Bytes that are live. */
  get bytes(): number {
    return [...this.live.values()].reduce((sum, parts) => sum + bytesOf(parts), 0);
  }

  private perform(operation: Operation): Operation | undefined {
    switch (operation.do) {
      case "map": {
        const { mapping } = operation;
        this.kinds.set(mapping, operation.kind);
        if (operation.size >= SCALED_FROM) this.scaled.add(mapping);
        const size = operation.size * this.factor(mapping);
        this.live.set(mapping, [[0, size]]);
        return { ...operation, size, mapping: this.base + mapping };
      }
      case "unmap":
      case "remap-part": {
        const { mapping } = operation.spot;
        const factor = this.factor(mapping);
        const [offset, size] = [operation.spot.offset * factor, operation.size * factor];
        const rest = without(this.live.get(mapping) ?? [], offset, offset + size);
        const back = operation.do === "remap-part";
        this.live.set(mapping, back ? [...rest, [offset, offset + size]] : rest);
        return { ...operation, spot: { mapping: this.base + mapping, offset }, size };
      }
      case "resize": {
        const { mapping } = operation.spot;
        const factor = this.factor(mapping);
        if (factor > 1) this.scaled.add(operation.mapping);
        this.kinds.set(operation.mapping, operation.kind);
        const [offset, oldSize] = [operation.spot.offset * factor, operation.oldSize * factor];
        const newSize = operation.newSize * factor;
        this.live.set(mapping, without(this.live.get(mapping) ?? [], offset, offset + oldSize));
        this.live.set(operation.mapping, [[0, newSize]]);
        const spot = { mapping: this.base + mapping, offset };
        return { ...operation, spot, oldSize, newSize, mapping: this.base + operation.mapping };
      }
      default:
        return undefined;
    }
  }

  private factor(mapping: number): number {
    return this.scaled.has(mapping) ? this.scale : 1;
  }
}

/** The mapping that an operation of a script is about. */
function mappingOf(operation: Operation): number {
  if ("spot" in operation) return operation.spot.mapping;
  return "mapping" in operation ? operation.mapping : -1;
}

/** All copies. */
class Stage {
  readonly operations: Operation[] = [];
  mappings = 0;
  private atWork: Copy[] = [];
  private done: Copy[] = [];
  /** Bytes of libraries that were loaded for all. */
  private kept = 0;
  private readonly loaded = new Set<Script>();

  constructor(
    private readonly composition: Composition,
    private readonly scripts: readonly Script[],
    private readonly space: number,
    private readonly chance: Chance,
  ) {}

  /** One copy makes some steps, after room was made for it. */
  turn(over: number): void {
    const most = this.composition.load(over) * this.space;
    const live = (): number =>
      [...this.atWork, ...this.done].reduce((sum, copy) => sum + copy.bytes, this.kept);
    let bytes = live();
    while (bytes > most && this.endOne()) bytes = live();
    for (; bytes < most * TOO_LITTLE; bytes = live()) this.startOne(true);
    if (this.atWork.length < AT_WORK) this.startOne(false);
    const copy = this.atWork[this.index(this.atWork.length)];
    for (let left = copy?.turn ?? 0; copy !== undefined && left > 0; --left) this.step(copy);
    if (copy?.done !== true) return;
    this.atWork = this.atWork.filter((other) => other !== copy);
    this.done.push(copy);
  }

  private index(count: number): number {
    return Math.floor(this.chance() * count);
  }

  private push(operation: Operation): void {
    this.operations.push(operation);
    if (this.operations.length % REPORT_EVERY === 0) this.operations.push({ do: "report" });
  }

  private step(copy: Copy): void {
    const operation = copy.step();
    if (operation !== undefined) this.push(operation);
  }

  /** Starts a copy, from its beginning or (`midway`) as it is at some moment. */
  private startOne(midway: boolean): void {
    const script = this.scripts[this.index(this.scripts.length)];
    if (script === undefined) return;
    const loads = this.composition.reloads || !this.loaded.has(script);
    this.loaded.add(script);
    const copy = new Copy(script, this.mappings, this.composition.scale, loads);
    this.mappings += script.mappings;
    this.atWork.push(copy);
    if (!midway) return;
    for (const step of copy.join(this.index(script.operations.length))) this.push(step);
  }

  /** Ends one that has done, else the one that is longest at work; whether there was one. */
  private endOne(): boolean {
    const from = this.done.length > 0 ? this.done : this.atWork;
    const at = this.done.length > 0 ? this.index(from.length) : 0;
    const [copy] = from.splice(at, 1);
    if (copy === undefined) return false;
    const before = copy.bytes;
    const steps = copy.end(!this.composition.reloads);
    for (const step of steps) this.push(step);
    this.kept += before - steps.reduce((sum, step) => sum + ("size" in step ? step.size : 0), 0);
    return true;
  }
}
