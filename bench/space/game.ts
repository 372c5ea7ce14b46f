/**
 * Invented workloads that resemble what a 32-bit game with its libraries, runtime and graphics driver does to
 * an address space. Pure: the same seed gives the same workload.
 *
 * Nobody has recorded such a session yet, so the mix is an estimate, made from what is known of texture
 * sizes, allocators and drivers; `wine-ld trace replay` judges a policy by a recording.
 */
import type { Operation, SpaceKind, Workload } from "../../cli/space/workload.ts";

const KiB = 1 << 10;
const MiB = 1 << 20;
const PAGE = 4 * KiB;
/** Windows allocates at multiples of this. */
const GRAIN = 64 * KiB;

/** A uniform random number in [0, 1). */
export type Chance = () => number;

/** A reproducible source of chance (mulberry32). */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A class of mappings: how large, how long-lived, how much of the whole. */
interface Class {
  readonly name: string;
  readonly kind: SpaceKind;
  /** Part of the live bytes that this class aims at. */
  readonly share: number;
  readonly size: (chance: Chance) => number;
  /** What the program needs, and gets by over-mapping; 0: a page. */
  readonly align: number;
  /** Part of its bytes that is replaced in every epoch. */
  readonly churn: number;
  /** Part that a change of level throws away. */
  readonly perLevel: number;
}

function lognormal(chance: Chance, middle: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return middle * Math.exp(spread * normal);
}

/** A lognormal size within bounds, rounded up to `grain`. */
function sizes(middle: number, spread: number, least: number, most: number, grain: number) {
  return (chance: Chance): number => {
    const size = Math.min(Math.max(lognormal(chance, middle, spread), least), most);
    return Math.ceil(size / grain) * grain;
  };
}

function oneOf(...choices: readonly number[]) {
  return (chance: Chance): number => choices[Math.floor(chance() * choices.length)] ?? 0;
}

const CLASSES: readonly Class[] = [
  {
    name: "textures",
    kind: "guest",
    share: 0.46,
    size: sizes(1.4 * MiB, 1.3, GRAIN, 64 * MiB, GRAIN),
    align: GRAIN,
    churn: 0.02,
    perLevel: 0.6,
  },
  {
    name: "streaming",
    kind: "guest",
    share: 0.12,
    size: sizes(512 * KiB, 1, GRAIN, 16 * MiB, GRAIN),
    align: GRAIN,
    churn: 0.4,
    perLevel: 1,
  },
  {
    name: "GPU buffers",
    kind: "device",
    share: 0.2,
    size: oneOf(
      4 * MiB,
      4 * MiB,
      8 * MiB,
      8 * MiB,
      16 * MiB,
      16 * MiB,
      32 * MiB,
      64 * MiB,
      128 * MiB,
    ),
    align: 0,
    churn: 0.03,
    perLevel: 0.4,
  },
  {
    // The C library's own: twice the size is mapped, and what is not aligned given back.
    name: "malloc arenas",
    kind: "heap",
    share: 0.04,
    size: oneOf(MiB),
    align: MiB,
    churn: 0.02,
    perLevel: 0.1,
  },
  {
    // What malloc does not put into an arena: a block and a page for its header.
    name: "large malloc blocks",
    kind: "heap",
    share: 0.08,
    size: sizes(900 * KiB, 1.1, 132 * KiB, 24 * MiB, PAGE),
    align: 0,
    churn: 0.05,
    perLevel: 0.3,
  },
  {
    name: "small maps",
    kind: "anonymous",
    share: 0.04,
    size: sizes(24 * KiB, 1.2, PAGE, 512 * KiB, PAGE),
    align: 0,
    churn: 0.15,
    perLevel: 0.3,
  },
  {
    name: "stacks",
    kind: "stack",
    share: 0.02,
    size: oneOf(MiB, MiB, MiB, 2 * MiB, 8 * MiB + PAGE),
    align: 0,
    churn: 0.02,
    perLevel: 0.1,
  },
  {
    name: "libraries",
    kind: "image",
    share: 0.04,
    size: sizes(600 * KiB, 1.3, GRAIN, 24 * MiB, PAGE),
    align: 0,
    churn: 0.001,
    perLevel: 0,
  },
];

/** How a session goes. */
export interface Session {
  readonly seed: number;
  readonly epochs: number;
  /** Bytes that the program wants to have live in an epoch. */
  readonly demand: (epoch: number) => number;
  /** Epochs between changes of level. */
  readonly level: number;
}

interface Live {
  readonly mapping: number;
  readonly size: number;
}

/**
 * The bounds of a 32-bit process on a 64-bit kernel: the stack a few MiB below 4 GiB, and mappings from
 * 128 MiB below 4 GiB downwards.
 */
export const PROCESS = {
  wordSize: 4,
  low: 64 * KiB,
  high: 0xffb7e000,
  stack: 0xffb5d000,
  kernel: 0xf7f80000,
  program: 0x1000000,
  break: 0x1000000,
} as const;

/** Bytes that placement has to do with. */
export const SPACE = PROCESS.high - PROCESS.low;

/** Where the program itself lies, as the linkers of Windows and of Linux put it. */
const FIXED: readonly Operation[] = [
  { do: "map-at", address: 0x400000, size: 12 * MiB, kind: "image" },
  { do: "map-at", address: PROCESS.stack, size: PROCESS.high - PROCESS.stack, kind: "stack" },
];

/** The workload of a session. Reports at the end of every epoch. */
export function gameWorkload(session: Session): Workload {
  const game = new Game(session);
  for (let epoch = 0; epoch < session.epochs; ++epoch) game.epoch(epoch);
  return { ...PROCESS, mappings: game.mappings, operations: [...FIXED, ...game.operations] };
}

/** Epochs between changes of level in a usual session. */
export const LEVEL = 25;

/** A session that wants 2 % of the space more in every epoch, in the end more than there is. */
export function risingWorkload(seed: number): Workload {
  const demand = (epoch: number): number => (SPACE * 2 * (epoch + 1)) / 100;
  return gameWorkload({ seed, epochs: 52, level: LEVEL, demand });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The index of the part into which `at` falls when the parts are laid end to end. */
function pick(parts: readonly number[], at: number): number {
  let end = 0;
  return Math.max(
    parts.findIndex((part) => {
      end += part;
      return at < end;
    }),
    0,
  );
}

/** A session under way. */
class Game {
  readonly operations: Operation[] = [];
  mappings = 0;
  private readonly chance: Chance;
  private readonly live: readonly Live[][] = CLASSES.map(() => []);
  private readonly bytes: number[] = CLASSES.map(() => 0);

  constructor(private readonly session: Session) {
    this.chance = chanceFrom(session.seed);
  }

  epoch(epoch: number): void {
    const newLevel = epoch > 0 && epoch % this.session.level === 0;
    CLASSES.forEach(({ churn, perLevel }, index) => {
      this.drop(index, (this.bytes[index] ?? 0) * (1 - (newLevel ? perLevel : churn)));
    });
    this.fill(this.session.demand(epoch));
    this.operations.push({ do: "report" });
  }

  /** Gives back mappings of a class, in no order, until no more than `most` bytes are left. */
  private drop(index: number, most: number): void {
    const live = this.live[index] ?? [];
    while (live.length > 0 && (this.bytes[index] ?? 0) > most) {
      const at = Math.floor(this.chance() * live.length);
      const victim = live[at];
      const last = live.pop();
      if (victim === undefined || last === undefined) return;
      if (at < live.length) live[at] = last;
      this.bytes[index] = (this.bytes[index] ?? 0) - victim.size;
      this.operations.push({
        do: "unmap",
        spot: { mapping: victim.mapping, offset: 0 },
        size: victim.size,
      });
    }
  }

  /** Asks for mappings, most of the classes that lack most, until `demand` bytes are live. */
  private fill(demand: number): void {
    while (sum(this.bytes) < demand) {
      const lacking = CLASSES.map(({ share }, index) =>
        Math.max(share * demand - (this.bytes[index] ?? 0), 0),
      );
      this.add(pick(lacking, this.chance() * sum(lacking)));
    }
  }

  private add(index: number): void {
    const chosen = CLASSES[index];
    if (chosen === undefined) return;
    const size = chosen.size(this.chance);
    const mapping = this.mappings++;
    this.live[index]?.push({ mapping, size });
    this.bytes[index] = (this.bytes[index] ?? 0) + size;
    const { kind, align } = chosen;
    this.operations.push({ do: "map", mapping, kind, size, align, limit: 0 });
  }
}
