/** Wines outside of /usr, laid out as a self-built wine, Lutris's and Proton's are, run under both linkers. */

import { realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { locateWine, wineAt } from "../../cli/wine/locate.ts";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { installElsewhere, LAYOUTS } from "./elsewhere.ts";
import { processesOf } from "./processes.ts";
import { type Bits, windowsProgram } from "./programs.ts";
import { newErrors, WineSession, whyNoWine } from "./session.ts";

const MINUTES = 60_000;
/** Inside the tree (where the machine's /opt is not bound to), so that it has the libraries it was built for. */
const FOLDER = "var/opt/wine-ld-test";
const both = ["stock", "wine-ld"] as const;

describe.each(LAYOUTS)("the wine in $name", (layout) => {
  const missing = whyNoWine(layout.release);
  if (missing !== undefined) console.warn(`SKIPPED the wine in ${layout.name}: ${missing}`);
  const bits: readonly Bits[] = layout.release === "bookworm" ? ["32", "64"] : ["64"];

  describe.skipIf(missing !== undefined)("and what belongs to it", () => {
    const tree = missing === undefined ? realpathSync(provisionedTree(layout.release)) : "";
    const prefix = join(tree, FOLDER, layout.name);
    let session: WineSession;
    beforeAll(async () => {
      installElsewhere(tree, layout, prefix);
      const found = wineAt(prefix);
      if (found === undefined) throw new Error(`no wine found in ${prefix}`);
      const label = `-${layout.name.replaceAll(/\W/g, "")}`;
      session = new WineSession(layout.release, label, {
        wine: { ...found, root: tree, folder: found.folder.slice(tree.length) },
        server: join("/", FOLDER, layout.name, layout.server),
      });
      for (const linker of both) await session.open(linker);
    }, 10 * MINUTES);
    afterAll(async () => {
      await session?.close();
      rmSync(prefix, { recursive: true, force: true });
    });

    it("is found by all its names", () => {
      const found = wineAt(prefix);
      for (const name of layout.named) {
        const named = locateWine(join(prefix, name), "");
        expect({ ...named, first: undefined }).toEqual({ ...found, first: undefined });
      }
    });

    it.each(bits)(
      "runs programs of %s bits",
      async (word) => {
        const args = [windowsProgram("hello.c", word), "an argument"];
        const stock = await session.run("stock", args);
        const ours = await session.run("wine-ld", args);
        expect(ours).toEqual({ ...stock, stderr: ours.stderr });
        expect(ours.stdout).toContain(`hello from ${word} bits`);
        expect(newErrors(ours, stock)).toEqual([]);
      },
      3 * MINUTES,
    );

    it(
      "starts all its processes from the copy, with libraries of that wine",
      async () => {
        const args = ["cmd", "/c", windowsProgram("wait.c", bits[0] ?? "64")];
        const running = session.start("wine-ld", args);
        await running.ready();
        const processes = processesOf(session, "wine-ld");
        await running.finish();
        expect(processes.length).toBeGreaterThan(2);
        for (const { command, maps } of processes) {
          const paths = maps.map(({ path }) => path);
          expect(
            paths.filter((path) => /^\/(usr\/)?lib.*\/(ld-linux|wine\/)/.test(path)),
            command,
          ).toEqual([]);
          expect(
            paths.some((path) => path.includes("/wine-ld/loaders/")),
            command,
          ).toBe(true);
        }
      },
      3 * MINUTES,
    );
  });
});
