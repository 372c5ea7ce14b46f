/**
 * Random operations on memory, the same under the system's linker and ours (programs/model/), many seeds:
 *
 *     npx tsx test/wine/model.ts [--seeds N] [--first SEED] [--operations N]
 *
 * With one thread every answer is compared: nothing is refused that the system's linker grants. With more the
 * program's own model of its memory has to hold.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PRELOADERS, type Preloader } from "../../cli/wine/loader-copy.ts";
import type { WineRelease } from "../../cli/wine/provision.ts";
import { type Bits, windowsLibrary, windowsProgram } from "./programs.ts";
import { type Linker, type Outcome, values, WineSession, whyNoWine } from "./session.ts";

/** What one seed is tried with. */
export interface ModelRun {
  readonly seed: number;
  readonly bits: Bits;
  readonly preloaders: readonly Preloader[];
  /** Of one thread alone, and of all threads together. */
  readonly operations: number;
}

const SECONDS = 600;
/** Address space that the linker sets aside for its list of mappings. */
const TABLES_MB = 2;
/** What stays free below blocks from 16 MiB on: 64 KiB each, and there are about a dozen when all is taken. */
const GAPS_MB = 1;
/** Of libraries, of which every second one cannot be relocated. */
const BASES = [0x0ff00000, 0x1fc00000, 0x30000000, 0x48000000] as const;
/** What a program starts, and that one in turn: other word sizes. */
const CHAINS: Readonly<Record<Bits, readonly Bits[]>> = {
  "32": ["64", "32"],
  "32-large": ["64", "32-large"],
  "64": ["32", "64"],
};

const asWindows = (path: string) => `Z:${path.replaceAll("/", "\\")}`;

function libraries(bits: Bits): readonly string[] {
  return BASES.map((base, i) => {
    const path = windowsLibrary("library.c", bits, base, i % 2 === 0);
    return `lib=${asWindows(path)}@${base.toString(16)}`;
  });
}

/** What is wrong with one run: empty if nothing. */
function faults({ status, stdout, stderr }: Outcome): readonly string[] {
  const said = stdout.split("\n").filter((line) => line.startsWith("failure"));
  const errors = stderr.split("\n").filter((line) => /ssertion|already partially/.test(line));
  const ended = status === 0 ? [] : [`status ${status}`];
  return [...said.filter((line) => line !== "failures=0"), ...errors, ...ended];
}

/** The requests of a run that were granted. */
const granted = ({ stdout }: Outcome) =>
  stdout.split("\n").filter((line) => line.endsWith(" granted"));

/** Runs one seed under both linkers; what is wrong, in words. */
export async function faultsOf(
  session: WineSession,
  { seed, bits, preloaders, operations }: ModelRun,
  release: WineRelease = "bookworm",
): Promise<readonly string[]> {
  const program = windowsProgram("model", bits);
  const chain = release === "bookworm" ? CHAINS[bits] : [];
  const then = chain.map((next) => `then=${asWindows(windowsProgram("model", next))}`);
  const run = (linker: Linker, args: readonly string[], preloader?: Preloader) =>
    session.run(linker, [program, String(seed), ...args], {
      seconds: SECONDS,
      ...(preloader && { preloader }),
    });
  const threads = 2 + (seed % 7);
  const script = [String(operations), "1", ...libraries(bits)];
  const crowd = [String(Math.ceil(operations / threads)), String(threads), ...then];
  const stock = await run("stock", script);
  const found = faults(stock).map((fault) => `stock: ${fault}`);
  for (const preloader of preloaders) {
    const ours = await run("wine-ld", script, preloader);
    const together = await run("wine-ld", crowd, preloader);
    const given = new Set(granted(ours));
    const refused = granted(stock).filter((line) => !given.has(line));
    const left = (outcome: Outcome) => Number(values(outcome.stdout).get("left_mb"));
    const wrong = [
      ...faults(ours),
      ...faults(together).map((fault) => `threads: ${fault}`),
      ...refused.map((line) => `not so: ${line}`),
      ...(left(ours) >= left(stock) - TABLES_MB - GAPS_MB
        ? []
        : [`${left(ours)} MB left, not ${left(stock)}`]),
    ];
    found.push(...wrong.map((fault) => `seed ${seed}, ${bits} bits, ${preloader}: ${fault}`));
  }
  return found;
}

/** The word sizes that a release has programs for. */
export const MODEL_BITS: Readonly<Record<WineRelease, readonly Bits[]>> = {
  bookworm: ["32", "32-large", "64"],
  trixie: ["64"],
};

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      seeds: { type: "string", default: "5" },
      first: { type: "string", default: "1" },
      operations: { type: "string", default: "20000" },
    },
  });
  let count = 0;
  for (const release of ["bookworm", "trixie"] as const) {
    const missing = whyNoWine(release);
    if (missing !== undefined) {
      process.stderr.write(`SKIPPED ${release}: ${missing}\n`);
      continue;
    }
    const session = new WineSession(release, "-model");
    try {
      for (const linker of ["stock", "wine-ld"] as const) await session.open(linker);
      for (let i = 0; i < Number(options.seeds); ++i) {
        for (const bits of MODEL_BITS[release]) {
          const seed = Number(options.first) + i;
          const operations = Number(options.operations);
          const run = { seed, bits, preloaders: PRELOADERS, operations };
          const found = await faultsOf(session, run, release);
          count += found.length;
          const lines = found.length === 0 ? ["good"] : found;
          process.stdout.write(
            lines.map((line) => `${release} ${seed} ${bits}: ${line}\n`).join(""),
          );
        }
      }
    } finally {
      await session.close();
    }
  }
  return count === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
