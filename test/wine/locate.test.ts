/** Where a wine is found that is not installed by a distribution, and what the copy of its loaders looks like. */

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { interpreterOf } from "../../cli/wine/interpreter.ts";
import { copyLoaders } from "../../cli/wine/loader-copy.ts";
import { locateWine, type Wine, wineAt } from "../../cli/wine/locate.ts";
import { startOf, wine } from "../../cli/wine/wine.ts";
import type { Arch } from "../../codegen/abi/model.ts";

const place = realpathSync(mkdtempSync(join(tmpdir(), "wine-ld-locate-")));
const home = join(place, "wine");
beforeEach(() => rmSync(home, { recursive: true, force: true }));
afterAll(() => rmSync(place, { recursive: true }));

const LINKERS = { x86_64: join(place, "ld-x86_64"), i386: join(place, "ld-i386") };
writeFileSync(LINKERS.x86_64, "the linker");
writeFileSync(LINKERS.i386, "the other linker");
/** Longer than the linkers' paths. */
const INTERPRETER = `/${"x".repeat(200)}`;

/** A program of headers only; without an interpreter it is a static one. */
function program(arch: Arch, interpreter?: string): Buffer {
  const wide = arch === "x86_64";
  const [header, entry] = wide ? [64, 56] : [52, 32];
  const name = Buffer.from(`${interpreter}\0`);
  const bytes = Buffer.alloc(header + entry + name.length);
  bytes.write("\x7fELF", "latin1");
  bytes.set([wide ? 2 : 1, 1, 1], 4);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(wide ? 62 : 3, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeUInt32LE(header, wide ? 32 : 28);
  for (const [at, value] of [
    [0, header],
    [2, entry],
    [4, interpreter === undefined ? 0 : 1],
  ] as const) {
    bytes.writeUInt16LE(value, (wide ? 52 : 40) + at);
  }
  bytes.writeUInt32LE(3, header);
  for (const [at, value] of wide
    ? [
        [8, header + entry],
        [32, name.length],
        [40, name.length],
      ]
    : [
        [4, header + entry],
        [16, name.length],
        [20, name.length],
      ]) {
    bytes.writeUInt32LE(value ?? 0, header + (at ?? 0));
  }
  name.copy(bytes, header + entry);
  return bytes;
}

const FILES: Readonly<Record<string, Buffer>> = {
  wine: program("i386", INTERPRETER),
  wine64: program("x86_64", INTERPRETER),
  "wine-preloader": program("i386"),
  "wine64-preloader": program("x86_64"),
};

/** Makes files below the home of the wine: loaders by their names, all else with its path in it. */
function make(...paths: readonly string[]): void {
  for (const path of paths) {
    const file = join(home, path);
    const name = path.replace(/^.*\//, "");
    const wide = path.includes("x86_64-unix/");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, FILES[wide ? name.replace("wine", "wine64") : name] ?? path);
  }
}

/** Those of wine before 10.2, with loaders for both. */
const BOTH = ["wine", "wine64", "wine-preloader", "wine64-preloader", "wineserver"];
const inside = (folder: string) => BOTH.map((name) => `${folder}/${name}`);
const OLD_LOADERS = [
  { name: "wine", arch: "i386" },
  { name: "wine64", arch: "x86_64" },
];

/** Those of wine from 10.2 on. What is in `bin` is no loader. */
function makeNew(prefix: string, archs: readonly string[], library = "lib/wine"): void {
  make(`${prefix}bin/wineserver`, `${prefix}share/wine/nls/locale.nls`);
  writeFileSync(join(home, `${prefix}bin/wine`), FILES["wine64"] ?? "");
  for (const arch of archs) {
    const folder = `${prefix}${library}/${arch}-unix`;
    make(`${folder}/wine`, `${folder}/wine-preloader`, `${folder}/ntdll.so`, `${folder}/win32u.so`);
    make(`${prefix}${library}/${arch}-windows/ntdll.dll`);
  }
}

describe("a wine that is named", () => {
  const old = ["bin", "files/bin", "dist/bin", "lib/wine", "usr/lib/wine"];
  it.each(old)("by its folder has its loaders in %s", (below) => {
    make(...inside(below));
    const wine = wineAt(home);
    expect(wine).toMatchObject({ root: "/", folder: join(home, below), loaders: OLD_LOADERS });
    expect(wine?.preloaders).toEqual(["wine-preloader", "wine64-preloader"]);
    expect(wineAt(join(home, below))).toEqual(wine);
  });

  it.each(["wine", "wine64"])("by its loader %s starts with that", (name) => {
    make(...inside("files/bin"));
    expect(wineAt(join(home, "files/bin", name))?.first.name).toBe(name);
  });

  it("in Lutris's folder, by a link, or as a command on PATH is found", () => {
    make(...inside("runners/wine/some-8.0/bin"));
    const folder = join(home, "runners/wine/some-8.0");
    const link = join(home, "current");
    symlinkSync(folder, link);
    expect(wineAt(folder)?.folder).toBe(join(folder, "bin"));
    expect(locateWine(join(link, "bin/wine"), "")).toEqual(wineAt(folder));
    expect(locateWine("wine", join(link, "bin"))).toEqual(wineAt(folder));
  });

  it("with libraries for each architecture has its loaders in bin all the same", () => {
    make(...inside("files/bin"));
    make("files/lib64/wine/x86_64-unix/ntdll.so", "files/lib/wine/i386-unix/ntdll.so");
    expect(wineAt(home)).toMatchObject({ folder: join(home, "files/bin"), loaders: OLD_LOADERS });
  });

  it.each(["", "files/"])(
    "may have its loaders beside ntdll.so, for both architectures: %jlib",
    (prefix) => {
      makeNew(prefix, ["i386", "x86_64"]);
      const wine = wineAt(home);
      expect(wine).toMatchObject({
        folder: join(home, `${prefix}lib/wine`),
        loaders: [
          { name: "x86_64-unix/wine", arch: "x86_64" },
          { name: "i386-unix/wine", arch: "i386" },
        ],
        preloaders: ["x86_64-unix/wine-preloader", "i386-unix/wine-preloader"],
      });
      for (const named of ["bin/wine", "bin", "lib/wine", "lib/wine/x86_64-unix/wine"]) {
        expect(wineAt(join(home, prefix, named)), named).toEqual(wine);
      }
      expect(wineAt(join(home, prefix, "lib/wine/i386-unix/wine"))?.first.arch).toBe("i386");
    },
  );

  it("may have a 64-bit loader only", () => {
    makeNew("files/", ["x86_64"]);
    expect(wineAt(home)?.loaders).toEqual([{ name: "x86_64-unix/wine", arch: "x86_64" }]);
  });

  it("but is not there is an error that names it", () => {
    make("bin/readme");
    expect(() => locateWine(home, "")).toThrow(`${home}: no wine loader there`);
    expect(() => locateWine(join(home, "none"), "")).toThrow("no wine loader there");
  });
});

describe("the copy of the loaders", () => {
  const copied = (preloader: "linker" | "wine" | "none" = "linker") => {
    const wine = wineAt(home) as Wine;
    return { wine, copy: copyLoaders(wine, LINKERS, preloader, join(place, "cache")) };
  };

  it("of a wine in bin leads to its libraries, its data and its server", () => {
    make(...inside("files/bin"), "files/lib64/wine/x86_64-unix/ntdll.so", "files/share/wine/data");
    const { copy } = copied();
    expect(interpreterOf(readFileSync(join(copy, "wine64")))).toBe(LINKERS.x86_64);
    expect(interpreterOf(readFileSync(join(copy, "wine")))).toBe(LINKERS.i386);
    expect(readFileSync(join(copy, "wine64-preloader"), "utf8")).toBe("the linker");
    for (const path of ["../lib64/wine/x86_64-unix/ntdll.so", "../share/wine/data", "wineserver"]) {
      expect(realpathSync(join(copy, path))).toBe(join(home, "files/bin", path));
    }
  });

  it.each(["lib/wine", "lib/x86_64-linux-gnu/wine"])(
    "beside ntdll.so, in %s, has a ntdll.so of its own, and links to all else",
    (library) => {
      makeNew("usr/", ["x86_64"], library);
      const { wine, copy } = copied();
      const folder = join(copy, "x86_64-unix");
      expect(interpreterOf(readFileSync(join(folder, "wine")))).toBe(LINKERS.x86_64);
      expect(readFileSync(join(folder, "wine-preloader"), "utf8")).toBe("the linker");
      expect(lstatSync(join(folder, "ntdll.so")).isFile()).toBe(true);
      expect(readlinkSync(join(folder, "win32u.so"))).toBe(
        join(wine.folder, "x86_64-unix/win32u.so"),
      );
      const up = library.split("/").map(() => "..");
      for (const path of ["bin/wineserver", "share/wine/nls/locale.nls"]) {
        expect(realpathSync(join(copy, ...up, path))).toBe(join(home, "usr", path));
      }
      expect(startOf(copy, wine.first.name, ["notepad"])).toMatchObject({
        command: join(folder, "wine-preloader"),
        args: [join(folder, "wine"), "notepad"],
      });
    },
  );

  it("has wine's own preloaders, or none, when asked", () => {
    makeNew("", ["x86_64"]);
    const own = readFileSync(join(copied("wine").copy, "x86_64-unix/wine-preloader"));
    expect(own).toEqual(FILES["wine64-preloader"]);
    expect(() => lstatSync(join(copied("none").copy, "x86_64-unix/wine-preloader"))).toThrow();
  });

  it("is made again when ntdll.so changes", () => {
    makeNew("", ["x86_64"]);
    const library = join(copied().copy, "x86_64-unix/ntdll.so");
    writeFileSync(join(home, "lib/wine/x86_64-unix/ntdll.so"), "another");
    copied();
    expect(readFileSync(library, "utf8")).toBe("another");
  });
});

describe("the words of wine-ld wine", () => {
  it("name a release only for what is to be fetched", async () => {
    await expect(wine(["notepad"], { release: "trixie" })).rejects.toThrow(
      "--release names what --provision fetches",
    );
  });
});
