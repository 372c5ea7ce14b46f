/**
 * A glibc configured for other folders: a copy of ld.so whose built-in folders and `$LIB` are others of the same
 * length, and the linker that is generated for what the copy says. Both search the same places.
 */

import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Arch, SearchPlaces } from "../../codegen/abi/model.ts";
import { buildLinker } from "../../codegen/build.ts";
import { readElf } from "../../codegen/ingest/locate.ts";
import { searchPlaces } from "../../codegen/ingest/search-places.ts";
import { siblingAbi } from "../../codegen/local-builds.ts";
import { verifyStatic } from "../../codegen/verify/static.ts";
import { arches, glibcVersion, referencePath, root } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { systemTree } from "../harness/trees.ts";

const libraries = ["libc.so.6", "libm.so.6"];

/** What Debian's linker has built in, and as long a text for each piece of it. */
function exchanged(arch: Arch) {
  const triplet = `${arch}-linux-gnu`;
  const lib = `lib/${triplet}`;
  const mark = createHash("sha256").update(root).digest("hex");
  const own = `tmp/wl-places-${mark}`.slice(0, lib.length);
  return {
    folder: `/${own}`,
    pairs: [
      [`/usr/lib/${triplet}/`, `/usr/lib/${triplet.slice(0, -1)}x/`],
      [lib, own],
    ] as const,
    places: {
      lib: own,
      systemFolders: [`/${own}/`, `/usr/lib/${triplet.slice(0, -1)}x/`, "/lib/", "/usr/lib/"],
    } satisfies SearchPlaces,
  };
}

/** A copy of the file at `path` with all occurrences of the first texts replaced by the second. */
function patched(path: string, pairs: readonly (readonly [string, string])[], to: string): void {
  const text = pairs.reduce(
    (bytes, [from, into]) => bytes.replaceAll(from, into),
    readFileSync(path, "latin1"),
  );
  writeFileSync(to, text, "latin1");
  chmodSync(to, 0o755);
}

describe.each(arches)("a %s glibc of other folders", (arch) => {
  const reference = referencePath(arch);
  const version = reference && glibcVersion(reference);
  const abi = allAbis.find((one) => one.version === version && one.arch === arch);
  const { folder, pairs, places } = exchanged(arch);
  const theirs = join(folder, "ld.so");
  const program = join(systemTree(arch)?.programs ?? "/", "bin/true");
  let ours = "";

  beforeAll(async () => {
    if (reference === undefined || abi === undefined) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const name of libraries)
      symlinkSync(join(dirname(realpathSync(reference)), name), join(folder, name));
    patched(reference, pairs, theirs);
    const request = {
      root,
      out: join(folder, "dist"),
      environment: process.env,
      progress: () => {},
    };
    ours = (
      await buildLinker({
        ...request,
        abi: { ...siblingAbi(abi, searchPlaces(readElf(theirs))), builds: abi.builds },
      })
    ).linker;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What both linkers say, but for addresses. */
  async function both(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const said = async (linker: string) => {
      const outcome = await run({
        file: linker,
        arguments: args,
        environment,
        folder,
        timeout: 20_000,
      });
      const text = outcome.stdout + outcome.stderr;
      return {
        status: outcome.status,
        text: text.replaceAll(linker, "LD").replace(/0x[0-9a-f]+/g, "0x"),
      };
    };
    return { theirs: await said(theirs), ours: await said(ours) };
  }

  test.skipIf(abi === undefined)("is read as it is", () => {
    expect(searchPlaces(readElf(theirs))).toEqual(places);
    expect(searchPlaces(readElf(reference ?? ""))).toEqual(abi?.searchPlaces);
  });

  test.skipIf(abi === undefined)("is not taken for the module's", () => {
    const libc = [["libc.so.6", readElf(join(folder, "libc.so.6"))]] as const;
    const glibc = { ldso: readElf(theirs), libraries: new Map(libc) };
    const told = abi && verifyStatic(abi, glibc).differences.map(({ what }) => what);
    expect(told).toEqual(["$LIB of ld.so", "search folders of ld.so"]);
  });

  test.skipIf(abi === undefined)("starts a program without a cache", async () => {
    const result = await both(["--inhibit-cache", "--list", program]);
    expect(result.theirs.text).toContain(`libc.so.6 => ${folder}/libc.so.6`);
    expect(result.ours).toEqual(result.theirs);
    expect((await both(["--inhibit-cache", program])).ours.status).toBe(0);
  });

  test.skipIf(abi === undefined)("has its own $LIB in LD_PRELOAD", async () => {
    const environment = { LD_PRELOAD: "/$LIB/libm.so.6" };
    const result = await both(["--inhibit-cache", "--list", program], environment);
    expect(result.theirs.text).toContain(`${folder}/libm.so.6`);
    expect(result.ours).toEqual(result.theirs);
  });

  test.skipIf(abi === undefined)("says where it searches", async () => {
    const environment = { LD_DEBUG: "libs", LD_LIBRARY_PATH: "/$LIB/none" };
    const result = await both(["--inhibit-cache", "--preload", "libnone.so", program], environment);
    const paths = (text: string) => text.match(/search path=.*/g) ?? [];
    expect(paths(result.theirs.text).join("\n")).toContain(`${folder}/none`);
    expect(paths(result.theirs.text).join("\n")).toContain("(system search path)");
    expect(paths(result.ours.text)).toEqual(paths(result.theirs.text));
  });
});
