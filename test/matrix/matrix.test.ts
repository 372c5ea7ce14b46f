/**
 * Linkers of several glibcs beside each other: the one that was started finds the one that fits. Needs the tree of
 * a release, which `npm run matrix` fetches.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { glibcVersion, root } from "../harness/linkers.ts";
import { cachedTree, releases } from "./trees.ts";

const cacheDir = join(root, ".cache");

describe("a linker that meets another glibc", () => {
  const folder = mkdtempSync(join(tmpdir(), "handover-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const linkerOf = (glibc: string) => join(root, `dist/glibc-${glibc}-x86_64/ld-linux-x86-64.so.2`);
  const trixie = releases.find(({ glibc, arch }) => glibc === "2.41" && arch === "x86_64");
  const tree = trixie === undefined ? undefined : cachedTree(trixie, cacheDir);
  const libraries =
    tree === undefined
      ? undefined
      : ["lib", "usr/lib"].map((name) => join(tree, name, "x86_64-linux-gnu"));
  const isPossible =
    libraries !== undefined && existsSync(linkerOf("2.36")) && existsSync(linkerOf("2.41"));

  /** The memory map and the messages of a program that names a linker and finds these libraries. */
  function start(linker: string, libraryPath: readonly string[] = []) {
    const program = join(folder, "maps");
    const source = join(import.meta.dirname, "src/maps.c");
    execFileSync("gcc", ["-o", program, `-Wl,--dynamic-linker=${linker}`, source]);
    const environment = libraryPath.length === 0 ? {} : { LD_LIBRARY_PATH: libraryPath.join(":") };
    const result = spawnSync(program, [], { encoding: "utf8", env: environment });
    expect(result.status).toBe(0);
    return result;
  }

  test.skipIf(!isPossible)("newer: the sibling for it takes over, in the same process", () => {
    const { stdout, stderr } = start(linkerOf("2.36"), libraries);
    expect(stdout).toContain(linkerOf("2.41"));
    expect(stderr).toBe("");
  });

  const own = glibcVersion("/lib64/ld-linux-x86-64.so.2") ?? "none";
  const others = ["2.31", "2.41"].filter((glibc) => glibc !== own);
  // From 2.35 on libc.so.6 needs a version of its linker that the first of these does not have.
  for (const glibc of others) {
    const isBuilt = [own, glibc].every((version) => existsSync(linkerOf(version)));
    test.skipIf(!isBuilt)(`made for ${glibc}, on a machine with another: its sibling`, () => {
      const { stdout, stderr } = start(linkerOf(glibc));
      expect(stdout).toContain(linkerOf(own));
      expect(stderr).toBe("");
    });
  }

  test.skipIf(!isPossible)("without a sibling: the system's own, and one line says so", () => {
    const alone = join(folder, "alone", "ld-linux-x86-64.so.2");
    mkdirSync(join(folder, "alone"));
    copyFileSync(linkerOf("2.41"), alone);
    const { stdout, stderr } = start(alone);
    expect(stdout).toMatch(/\/lib\S*\/ld-linux-x86-64\.so\.2$/m);
    expect(stderr).toMatch(/^wine-ld: [^\n]*run `wine-ld build`[^\n]*\n$/);
  });
});
