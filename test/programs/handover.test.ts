/**
 * A hand-over ends: with another linker that runs the program, or with one line and status 127, wherever
 * linkers of our own kind lie.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Build, buildAll, whyNotBuildable } from "../harness/build.ts";
import { linkerPath, referencePath, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";
import { whyNotSecure } from "../harness/secure-start.ts";
import { start, type Way, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const arch = "x86_64";
const systemLinker = "/lib64/ld-linux-x86-64.so.2";
/** Of the release under test, which may be another than the machine's. */
const libraries = systemTree(arch)?.libraryPath ?? ["/lib/x86_64-linux-gnu"];
const releaseLinker = referencePath(arch) ?? systemLinker;
const missing = whyNotComparable(arch) ?? whyNotBuildable(arch) ?? whyNotSecure();

const build: Build = {
  name: "hand-over",
  sourceFolder: resolve(import.meta.dirname, "src"),
  targets: [{ output: "main", sources: ["process/exit.c"], runpath: false }],
};

/** The release's libc with another build-id: no linker is made for it. */
function writeForeignLibc(folder: string): void {
  const libc = join(dirname(realpathSync(releaseLinker)), "libc.so.6");
  const notes = execFileSync("readelf", ["-n", libc], { encoding: "utf8" });
  const id = Buffer.from(/Build ID: (\w+)/.exec(notes)?.[1] ?? "", "hex");
  const bytes = readFileSync(libc);
  const at = bytes.indexOf(id);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(join(folder, "libc.so.6"), bytes);
}

describe.skipIf(missing !== undefined)(
  missing === undefined ? "hand-over" : `hand-over: skipped, ${missing}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "handover-"));
    beforeAll(() => writeForeignLibc(folder));
    afterAll(() => rmSync(folder, { recursive: true }));

    /** With `file` in the place of the system's linker: from then on nothing else may start. */
    function startHere(way: Way, file: string, place = folder): Promise<Outcome> {
      const program = join(buildAll(build, arch), "main");
      const begin = start("subject", way, { path: program, arch, copyInPlace: true });
      const words = [begin.file, ...begin.arguments, "status"];
      const path = [place, ...libraries].join(":");
      const command = `mount --bind ${file} ${systemLinker} && LD_LIBRARY_PATH=${path} exec ${words.join(" ")}`;
      return run({
        file: "unshare",
        arguments: ["--mount", "/bin/sh", "-c", command],
        environment: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
        folder,
        timeout: 30_000,
      });
    }

    test.each(ways)("to the system's linker (%s)", async (way) => {
      const outcome = await startHere(way, releaseLinker);
      expect(outcome.stderr).toContain(`using ${systemLinker}`);
      expect(outcome.status).toBe(57);
    });

    test.each(ways)("to the linker beside that libc, not to the system's (%s)", async (way) => {
      const place = join(folder, "beside");
      mkdirSync(place, { recursive: true });
      writeForeignLibc(place);
      const beside = join(place, basename(systemLinker));
      copyFileSync(realpathSync(releaseLinker), beside);
      const { stderr, status } = await startHere(way, "/bin/true", place);
      expect(stderr).toContain(`using ${beside}`);
      expect(status).toBe(57);
    });

    test.each(ways)("not to the same linker in the system's place (%s)", async (way) => {
      const outcome = await startHere(way, realpathSync(linkerPath("subject", arch)));
      expect(outcome.stderr).toMatch(/there is no other linker/);
      expect(outcome.status).toBe(127);
    });

    test.each(ways)("nor to a copy of it (%s)", async (way) => {
      const copy = join(folder, "copy");
      writeFileSync(copy, readFileSync(realpathSync(linkerPath("subject", arch))), { mode: 0o755 });
      const outcome = await startHere(way, copy);
      expect(outcome.stderr).toMatch(/there is no other linker/);
      expect(outcome.status).toBe(127);
    });

    test.each(ways)("only once to another of our kind (%s)", async (way) => {
      const other = join(folder, "other");
      const bytes = readFileSync(realpathSync(linkerPath("subject", arch)));
      const padding = bytes.indexOf(Buffer.from([0xcc, 0xcc, 0xcc, 0xcc]));
      expect(padding).toBeGreaterThan(0);
      bytes[padding + 2] = 0x90;
      writeFileSync(other, bytes, { mode: 0o755 });
      const { stderr, status } = await startHere(way, other);
      expect(stderr.match(/^wine-ld: .*$/gm)?.length).toBe(2);
      expect(stderr).toMatch(/using .*\n.*there is no other linker/);
      expect(status).toBe(127);
    });
  },
);
