/**
 * wine 10 (Debian trixie), 64 bit: the same as under the system's linker, and where its processes' mappings lie.
 * It needs `wine-ld wine --provision --release trixie` and a linker for that release's glibc.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRELOADERS } from "../../cli/wine/loader-copy.ts";
import { FIGURES, reaches } from "./figures.ts";
import { misplaced, processesOf } from "./processes.ts";
import { windowsProgram } from "./programs.ts";
import { newErrors, type RunOptions, untimed, WineSession, whyNoWine } from "./session.ts";

const missing = whyNoWine("trixie");
if (missing !== undefined) console.warn(`SKIPPED wine 10: ${missing}`);
console.warn("SKIPPED wine 10, 32 bits: the provisioned tree has no i386 packages of that release");
const MINUTES = 60_000;
const both = ["stock", "wine-ld"] as const;

describe.skipIf(missing !== undefined)("wine 10", () => {
  const session = new WineSession("trixie");
  beforeAll(async () => {
    for (const linker of both) await session.open(linker);
  }, 10 * MINUTES);
  afterAll(() => session.close());

  /** Runs a program under both linkers and compares all that can be. */
  async function compare(args: readonly string[], options: RunOptions = {}) {
    const stock = await session.run("stock", args, options);
    const ours = await session.run("wine-ld", args, options);
    expect(untimed(ours)).toBe(untimed(stock));
    expect(ours.status).toBe(stock.status);
    expect(newErrors(ours, stock)).toEqual([]);
    return ours;
  }

  it(
    "says its version",
    async () => {
      expect((await compare(["--version"])).stdout).toMatch(/^wine-10\./);
      expect((await compare(["cmd", "/c", "ver"])).stdout).toContain("Microsoft Windows");
    },
    2 * MINUTES,
  );

  const programs: readonly (readonly [string, ...string[]])[] = [
    ["hello.c", "an argument"],
    ["threads.c"],
    ["exceptions.cc"],
    ["opengl.c"],
    ["textures.c", "mixed", "100", "3"],
    ["space.c", "topdown"],
  ];
  it.each(programs.map((words) => [words]))(
    "%j does the same",
    async ([source, ...args]) => {
      const ours = await compare([windowsProgram(source, "64"), ...args]);
      expect(ours.stdout).not.toBe("");
    },
    3 * MINUTES,
  );

  it.each(PRELOADERS)(
    "with %s in the preloader's place, all processes have the linker and nothing native is low",
    async (preloader) => {
      await session.wait("wine-ld");
      const args = ["cmd", "/c", windowsProgram("wait.c", "64")];
      const running = session.start("wine-ld", args, { preloader });
      await running.ready();
      const processes = processesOf(session, "wine-ld");
      await running.finish();
      expect(processes.length).toBeGreaterThan(4);
      for (const found of processes) {
        const paths = found.maps.map(({ path }) => path);
        const theirs = paths.filter((path) => path.startsWith("/usr/") && /\/ld-linux/.test(path));
        expect(theirs, found.command).toEqual([]);
        expect(misplaced(found), found.command).toEqual([]);
      }
    },
    2 * MINUTES,
  );

  it.each(FIGURES.filter(({ name }) => name.includes("64 bit")))(
    "$name",
    async (figure) => {
      expect(reaches(figure, await figure.measure(session, "wine-ld"))).toBe(true);
    },
    3 * MINUTES,
  );
});
