/** wine 8 seen from outside, by a watcher of system calls, and by its own conformance tests. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../harness/linkers.ts";
import { CONFORMANCE, conformanceTests } from "./conformance/build.ts";
import { windowsProgram } from "./programs.ts";
import { type Linker, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine();
if (missing !== undefined) console.warn(`SKIPPED wine from outside: ${missing}`);
const conformance = conformanceTests();
if (conformance.length === 0) {
  console.warn("SKIPPED wine's conformance tests: see test/wine/conformance/build.ts");
}

const MINUTES = 60_000;
const WORK = join(root, ".cache/test/wine");
const both = ["stock", "wine-ld"] as const;

function watcher(): string {
  const path = join(root, ".cache/test/watch");
  execFileSync("gcc", ["-O1", "-o", path, join(root, "test/space/watch.c")]);
  return path;
}

describe.skipIf(missing !== undefined)("wine, seen from outside", () => {
  const session = new WineSession();
  beforeAll(async () => {
    mkdirSync(WORK, { recursive: true });
    for (const linker of both) await session.open(linker);
  }, 10 * MINUTES);
  afterAll(() => session.close());

  it.each(["32", "64"] as const)(
    "no call of the mmap family comes from outside the linker, %s bits",
    async (bits) => {
      // The server and its services must not be children of the watched program.
      const keeper = session.start("wine-ld", [windowsProgram("wait.c", "64")]);
      await keeper.ready();
      const command = session.command("wine-ld", [windowsProgram("threads.c", bits)]);
      const preloader = command.find((word) => word.endsWith("-preloader")) ?? "";
      const name = bits === "32" ? "wine-preloader" : "wine64-preloader";
      const report = join(WORK, `watch-${bits}`);
      const script = 'report=$1; shift; "$@" >/dev/null 2>"$report"; true';
      const linker = join(dirname(preloader), name);
      const words = ["-c", script, "sh", report, watcher(), linker, ...command];
      expect(basename(preloader)).toBe("wine-preloader");
      session.inside("wine-ld", "/bin/sh", words, 100);
      await keeper.finish();
      expect(readFileSync(report, "utf8")).toMatch(/watch: \d+ calls, 0 from outside the linker/);
    },
    3 * MINUTES,
  );

  it.each(conformance)(
    "wine's own test %s fails in nothing that succeeds under the system's linker",
    async (name) => {
      const failures = async (linker: Linker) => {
        const { status, stdout } = await session.run(linker, [join(CONFORMANCE, name)]);
        const lines = stdout.split("\n").filter((line) => line.includes("Test failed"));
        // Addresses and thread numbers are not the same twice: a failure is its line of source.
        return {
          status,
          places: new Set(lines.map((line) => line.replace(/: Test failed.*/, ""))),
        };
      };
      const ours = await failures("wine-ld");
      if (ours.status === 0) return;
      expect(ours.places.size, `status ${ours.status}`).toBeGreaterThan(0);
      const stock = await failures("stock");
      expect([...ours.places].filter((place) => !stock.places.has(place))).toEqual([]);
    },
    5 * MINUTES,
  );
});
