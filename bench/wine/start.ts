/**
 * Warm start of a Windows console program, wine-ld against the system's linker, in pairs:
 * `npx tsx bench/wine/start.ts [PAIRS]`. Both run in one prefix, with one wineserver.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PRELOADERS, type Preloader } from "../../cli/wine/loader-copy.ts";
import { workFolder } from "../../test/harness/linkers.ts";
import { type Bits, windowsProgram } from "../../test/wine/programs.ts";
import { type Linker, WineSession, whyNoWine } from "../../test/wine/session.ts";
import { type Pair, summarise } from "../startup/statistics.ts";

function buildDriver(): string {
  const path = join(workFolder, "paired");
  const source = join(import.meta.dirname, "../startup/paired.c");
  execFileSync("gcc", ["-O2", "-o", path, source], { stdio: "inherit" });
  return path;
}

function measure(
  session: WineSession,
  driver: string,
  preloader: Preloader,
  bits: Bits,
  count: number,
): readonly Pair[] {
  const program = windowsProgram("space.c", bits);
  const start = (linker: Linker, which: Preloader) =>
    session.command(linker, [program, "topdown"], which);
  const args = [String(count), ...start("stock", "wine"), "--", ...start("wine-ld", preloader)];
  const text = session.inside("stock", driver, args, 600);
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number))
    .map(([reference = Number.NaN, subject = Number.NaN]) => ({ reference, subject }));
}

async function main(): Promise<void> {
  const missing = whyNoWine();
  if (missing !== undefined) throw new Error(missing);
  const count = Number(process.argv[2] ?? 60);
  const driver = buildDriver();
  const session = new WineSession();
  await session.open("stock");
  // A program that lives on keeps the server and its services.
  const keeper = session.start("stock", ["cmd"]);
  try {
    await session.run("stock", [windowsProgram("hello.c", "64")]);
    for (const bits of ["32", "64"] as const) {
      for (const preloader of PRELOADERS) {
        const { reference, subject, ratio, low, high } = summarise(
          measure(session, driver, preloader, bits, count),
        );
        const times = [reference, subject].map((time) => (time / 1000).toFixed(1));
        console.log(
          `${bits} bit, preloader: ${preloader.padEnd(6)}  stock ${times[0]} ms  wine-ld ${times[1]} ms  ratio ${ratio.toFixed(3)} [${low.toFixed(3)} .. ${high.toFixed(3)}]`,
        );
      }
    }
  } finally {
    keeper.child.kill();
    await session.close();
  }
}

await main();
