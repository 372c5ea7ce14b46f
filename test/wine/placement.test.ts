/**
 * Every mapping of every process of wine, services included, while Direct3D programs have their devices up, lies
 * where the policy says.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Block, Mapping } from "../../cli/space/address-space.ts";
import { parseMaps } from "../../cli/space/maps-file.ts";
import { root } from "../harness/linkers.ts";
import { viewsIn } from "./figures.ts";
import { layoutOf, notMapped, type Placed, placed, withoutViews } from "./placement.ts";
import { type Bits, windowsProgram } from "./programs.ts";
import { type Linker, mapsOfProcess, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED where wine's mappings lie: ${missing}`);

const MINUTES = 60_000;
const POLICY = readFileSync(join(root, "templates/policies/wine.policy"), "utf8");
const SERVICES = [
  "services.exe",
  "explorer.exe",
  "winedevice.exe",
  "plugplay.exe",
  "svchost.exe",
  "rpcss.exe",
];
const BITS: readonly Bits[] = ["32", "32-large", "64"];
/** The kernel keeps no more of a name. */
const NAME_LENGTH = 15;

/** A Windows process, as Windows sees it. */
interface Seen {
  readonly name: string;
  readonly bits: Bits;
  readonly views: readonly Block[];
}

/** A process and what lies where in it. */
interface Judged extends Seen {
  readonly pieces: readonly Placed[];
  /** Views that are no mappings of the process. */
  readonly strange: readonly Mapping[];
}

/** What views.c prints. */
function parseViews(text: string): readonly Seen[] {
  return text
    .split("process=")
    .slice(1)
    .map((part) => ({
      name: part.slice(0, Math.min(part.indexOf("\n"), NAME_LENGTH)),
      bits: BITS.find((bits) => part.includes(`\nbits=${bits}\n`)) ?? "64",
      views: viewsIn(part),
    }));
}

function judge(seen: Seen, pid: string, maps: string): Judged {
  const mappings = parseMaps(maps);
  const limit = /^Max stack size +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))?.[1];
  const [, low = "", high = ""] = /^([0-9a-f]+)-([0-9a-f]+) .*\[stack\]$/m.exec(maps) ?? [];
  const stack = { start: Number.parseInt(low, 16), end: Number.parseInt(high, 16) };
  const layout = layoutOf(POLICY, seen.bits, stack, Number(limit));
  const pieces = placed(withoutViews(mappings, seen.views), layout);
  return { ...seen, pieces, strange: notMapped(mappings, seen.views) };
}

/** All of wine at one moment. */
interface Moment {
  readonly judged: readonly Judged[];
  /** Processes of wine that Windows did not name, or that changed meanwhile. */
  readonly others: readonly string[];
}

/** Judges the processes whose mappings are the same before and after Windows is asked for its views. */
async function judgeAll(session: WineSession, linker: Linker): Promise<Moment> {
  const before = session
    .processes(linker)
    .map((unix) => ({ ...unix, maps: mapsOfProcess(unix.pid) }))
    .filter(({ maps }) => maps.includes("/ntdll.so"));
  const { stdout } = await session.run(linker, [windowsProgram("views.c", "64")]);
  const seen = parseViews(stdout);
  const judged: Judged[] = [];
  const others: string[] = [];
  for (const { pid, name, maps } of before) {
    // Of processes with one name, the order of their creation tells which is which.
    const nth = before.filter((unix) => unix.name === name).findIndex((unix) => unix.pid === pid);
    const windows = seen.filter((process) => process.name === name)[nth];
    if (windows === undefined || mapsOfProcess(pid) !== maps) others.push(name);
    else judged.push(judge(windows, pid, maps));
  }
  return { judged, others };
}

const PROGRAMS = BITS.map((bits) => ({ bits, program: windowsProgram("textures.c", bits) }));
const nameOf = (program: string) => program.replace(/^.*\//, "").slice(0, NAME_LENGTH);

/** All of wine while the Direct3D programs have their devices up. */
async function wineWithDevices(session: WineSession, linker: Linker): Promise<Moment> {
  const running = PROGRAMS.map(({ program }) => session.start(linker, [program, "device"]));
  const wanted = [...SERVICES, ...PROGRAMS.map(({ program }) => nameOf(program))];
  for (const { ready } of running) await ready();
  const isComplete = ({ judged, others }: Moment) =>
    others.length === 0 && wanted.every((name) => judged.some((process) => process.name === name));
  let moment: Moment = { judged: [], others: [] };
  for (let i = 0; i < 20 && !isComplete(moment); ++i) moment = await judgeAll(session, linker);
  for (const { finish } of running) await finish();
  expect(moment.judged.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  expect(moment.others).toEqual([]);
  return moment;
}

const inWords = (name: string, { what, start, end, permissions, owner }: Placed) =>
  `${name}: ${what} ${start.toString(16)}-${end.toString(16)} ${permissions} ${owner}`;
const misplaced = ({ name, pieces }: Judged) =>
  pieces.filter(({ right }) => !right).map((piece) => inWords(name, piece));

describe.skipIf(missing !== undefined)("wine's mappings", () => {
  const session = new WineSession();
  let ours: readonly Judged[] = [];
  let stock: readonly Judged[] = [];
  beforeAll(async () => {
    for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
    stock = (await wineWithDevices(session, "stock")).judged;
    ours = (await wineWithDevices(session, "wine-ld")).judged;
  }, 15 * MINUTES);
  afterAll(() => session.close());

  it("are those that Windows' views are among", () => {
    for (const { name, strange } of [...stock, ...ours]) expect(strange, name).toEqual([]);
  });

  it("lie where the policy says, services included", () => {
    expect(ours.flatMap(misplaced)).toEqual([]);
  });

  it.each(PROGRAMS)("lie elsewhere under the system's linker: $bits bits", ({ bits, program }) => {
    const judged = stock.filter(({ name }) => name === nameOf(program));
    expect(judged.flatMap(misplaced).length).toBeGreaterThan(bits === "32" ? 200 : 0);
  });

  it("are of every kind, in every process of ours", () => {
    for (const { name, pieces } of ours) {
      const found = new Set(pieces.map(({ what }) => what));
      for (const what of ["the kernel's", "linker", "loader", "kept", "wine's own", "native"]) {
        expect(found, `${name}: ${what}`).toContain(what);
      }
      expect(
        pieces.filter(({ owner }) => owner.startsWith("ld-linux")),
        name,
      ).toEqual([]);
    }
  });

  it.each(PROGRAMS)("are of every kind in the Direct3D program of $bits bits", ({ program }) => {
    const pieces = ours.find(({ name }) => name === nameOf(program))?.pieces ?? [];
    const natives = pieces.filter(({ what }) => what === "native");
    const kinds = new Set(natives.map(({ kind }) => kind));
    expect(natives.length).toBeGreaterThan(200);
    for (const kind of ["image", "file", "anonymous", "stack", "shared", "reserved"] as const) {
      expect(kinds).toContain(kind);
    }
    expect(pieces.filter(({ what }) => what === "shown")).not.toEqual([]);
  });
});
