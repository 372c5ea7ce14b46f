/**
 * The address-space figures of Windows programs, with the system's linker and with ours, in one run:
 *
 *     npx tsx test/wine/figures.ts [PART-OF-A-FIGURE'S-NAME]
 *
 * Prints a table and, per figure, whether ours reaches the goal.
 */

import { fileURLToPath } from "node:url";
import type { Block } from "../../cli/space/address-space.ts";
import { type Bits, windowsProgram } from "./programs.ts";
import { type Linker, values, WineSession, whyNoWine } from "./session.ts";

/** One figure. */
export interface Figure {
  readonly name: string;
  /** What ours has to reach: at least, or (`atMost`) at most. */
  readonly goal: number;
  readonly atMost?: boolean;
  /** Takes no more than seconds: part of the short form. */
  readonly quick?: boolean;
  readonly measure: (session: WineSession, linker: Linker) => Promise<number>;
}

/** The figure that one run of a program prints. */
function printed(
  source: string,
  bits: Bits,
  args: readonly string[],
  key: string,
  preloader?: "none",
): Figure["measure"] {
  return async (session, linker) => {
    const outcome = await session.run(linker, [windowsProgram(source, bits), ...args], {
      seconds: 100,
      ...(preloader && { preloader }),
    });
    return Number(values(outcome.stdout).get(key) ?? Number.NaN);
  };
}

/** The largest working set that survives. */
function mixed(bits: Bits, sizes: readonly number[]): Figure["measure"] {
  return async (session, linker) => {
    let last = 0;
    for (const size of sizes) {
      const args = [windowsProgram("textures.c", bits), "mixed", String(size), "6"];
      const outcome = await session.run(linker, args, { seconds: 150 });
      if (values(outcome.stdout).get("survived") !== "1") break;
      last = size;
    }
    return last;
  };
}

const range = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);

/** A mapping of /proc/PID/maps. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly prot: string;
  /** The file's path, or empty. */
  readonly path: string;
}

/** The lines of a maps file. */
export function parseMaps(text: string): readonly Mapping[] {
  return text.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (\S+)(?: +\S+){3} *(.*)/.exec(line);
    if (!match?.[1] || !match[2] || !match[3]) return [];
    const [start = 0, end = 0] = [match[1], match[2]].map((text) => Number.parseInt(text, 16));
    return [{ start, end, prot: match[3], path: match[4] ?? "" }];
  });
}

/** Memory that wine itself keeps for old programs, mapped but not in its list of views. */
const DOS_AREA = 0x110000;
/** wined3d's buffers are suballocated from chunks of this size, which programs are shown parts of. */
const SHOWN_CHUNK = 64 << 20;

/** Whether a mapping is memory of the driver that the program gets pointers into. */
function isShown({ start, end }: Mapping): boolean {
  return end - start >= SHOWN_CHUNK && end - start < SHOWN_CHUNK + (1 << 20);
}

/**
 * What of `maps` below `limit` is mapped with any access, is not one of Windows' views, and is nothing that
 * the program gets to see.
 */
export function nativeBelow(
  maps: readonly Mapping[],
  views: readonly Block[],
  limit: number,
): readonly Mapping[] {
  const inView = (map: Mapping) =>
    views.some((view) => map.start < view.end && map.end > view.start);
  return maps.filter(
    (map) =>
      map.start >= DOS_AREA &&
      map.start < limit &&
      !map.prot.startsWith("---") &&
      !isShown(map) &&
      !inView(map),
  );
}

/** The views that programs print (programs/views.h). */
export function viewsIn(text: string): readonly Block[] {
  return [...text.matchAll(/^view=([0-9A-Fa-f]+) ([0-9a-f]+)$/gm)].map(([, at = "", size = ""]) => {
    const start = Number.parseInt(at, 16);
    return { start, end: start + Number.parseInt(size, 16) };
  });
}

/** The mappings and views of the Direct3D program with its device up. */
export async function deviceSnapshot(session: WineSession, linker: Linker, bits: Bits) {
  const program = windowsProgram("textures.c", bits);
  const running = session.start(linker, [program, "device"]);
  await running.ready();
  const maps = session.mapsOf(linker, program);
  const { stdout } = await running.finish();
  return { maps, views: viewsIn(stdout) };
}

function native(
  bits: Bits,
  limit: number,
  what: (maps: readonly Mapping[]) => number,
  counted: (mapping: Mapping) => boolean = () => true,
): Figure["measure"] {
  return async (session, linker) => {
    const { maps, views } = await deviceSnapshot(session, linker, bits);
    return maps === ""
      ? Number.NaN
      : what(nativeBelow(parseMaps(maps), views, limit).filter(counted));
  };
}

/**
 * wine 8's loaders are linked for this address, and cannot be relocated: their image (and the page of data
 * behind it) has to be there.
 */
const LOADER_BASE = 0x7d000000;
const isFixedLoader = ({ start, end }: Mapping) =>
  start >= LOADER_BASE && end <= LOADER_BASE + 0x10000;
/** What every Windows program finds there, and wine's page behind it: no view, but nothing native. */
const isSharedUserData = ({ start, end }: Mapping) => start >= 0x7ffe0000 && end <= 0x7fff0000;

const megabytes = (maps: readonly Mapping[]) =>
  Math.round(maps.reduce((sum, { start, end }) => sum + end - start, 0) / 1048.576) / 1000;
const TWO_GIB = 2 ** 31;
const FOUR_GIB = 2 ** 32;

/** All figures. */
export const FIGURES: readonly Figure[] = [
  {
    name: "native MB below 2 GiB, 32 bit, device up",
    goal: 1,
    atMost: true,
    quick: true,
    measure: native("32", TWO_GIB, megabytes),
  },
  {
    name: "native maps below 2 GiB, 32 bit, device up",
    goal: 12,
    atMost: true,
    measure: native("32", TWO_GIB, (maps) => maps.length),
  },
  {
    name: "managed 2048² textures, MB",
    goal: 1500,
    quick: true,
    measure: printed("textures.c", "32", ["managed", "2048"], "total_mb"),
  },
  {
    name: "managed 1024² textures, MB",
    goal: 1600,
    measure: printed("textures.c", "32", ["managed", "1024"], "total_mb"),
  },
  { name: "mixed working set, MB", goal: 1700, measure: mixed("32", range(500, 2000, 100)) },
  {
    name: "largest block at start, MB",
    goal: 1600,
    quick: true,
    measure: printed("space.c", "32", ["largest"], "largest_mb"),
  },
  {
    name: "largest block at start, no preloader, MB",
    goal: 1600,
    quick: true,
    measure: printed("space.c", "32", ["largest"], "largest_mb", "none"),
  },
  {
    name: "64 KiB blocks, MB",
    goal: 1950,
    quick: true,
    measure: printed("space.c", "32", ["blocks", "64"], "total_mb"),
  },
  {
    name: "64 KiB blocks, large-address-aware, MB",
    goal: 3900,
    quick: true,
    measure: printed("space.c", "32-large", ["blocks", "64"], "total_mb"),
  },
  {
    name: "256 MiB blocks, large-address-aware, MB",
    goal: 3584,
    quick: true,
    measure: printed("space.c", "32-large", ["blocks", "262144"], "total_mb"),
  },
  {
    name: "managed 2048² textures, large-address-aware, MB",
    goal: 1685,
    measure: printed("textures.c", "32-large", ["managed", "2048"], "total_mb"),
  },
  {
    name: "mixed working set, large-address-aware, MB",
    goal: 2100,
    measure: mixed("32-large", range(1600, 2200, 100)),
  },
  {
    name: "largest block after 24 churn rounds, % of start",
    goal: 95,
    measure: printed("textures.c", "32", ["churn", "24"], "percent"),
  },
  {
    name: "pointers at or above 2 GiB",
    goal: 0,
    atMost: true,
    measure: printed("textures.c", "32", ["mixed", "600", "3"], "pointers_above_2gib"),
  },
  {
    name: "native MB below 4 GiB, 64 bit, device up",
    goal: 0,
    atMost: true,
    quick: true,
    measure: native(
      "64",
      FOUR_GIB,
      megabytes,
      (mapping) => !isFixedLoader(mapping) && !isSharedUserData(mapping),
    ),
  },
];

/** Whether a value reaches a figure's goal. */
export function reaches({ goal, atMost }: Figure, value: number): boolean {
  return atMost === true ? value <= goal : value >= goal;
}

async function main(part: string): Promise<number> {
  const missing = whyNoWine();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 1;
  }
  const session = new WineSession();
  let good = true;
  try {
    for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
    process.stdout.write(
      `${"figure".padEnd(54)}${"stock".padStart(9)}${"wine-ld".padStart(9)}${"goal".padStart(9)}\n`,
    );
    for (const figure of FIGURES.filter(({ name }) => name.includes(part))) {
      const stock = await figure.measure(session, "stock");
      const ours = await figure.measure(session, "wine-ld");
      const ok = reaches(figure, ours);
      good &&= ok;
      const cells = [stock, ours, figure.goal].map((value) => String(value).padStart(9)).join("");
      process.stdout.write(
        `${figure.name.padEnd(54)}${cells}  ${ok ? "reached" : "NOT reached"}\n`,
      );
    }
  } finally {
    await session.close();
  }
  return good ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv[2] ?? "");
}
