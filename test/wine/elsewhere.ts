/**
 * A provisioned wine, put together as other wines are installed: self-built ones and Lutris's, Proton's with two library
 * folders, and those from 10.2 on. Debian's binaries have the ways from one folder to another built in; these are changed.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { WineRelease } from "../../cli/wine/provision.ts";

/** One way to install a wine. Paths are below its prefix, but those of `from`, which are below the tree's usr. */
export interface Layout {
  readonly name: string;
  readonly release: WineRelease;
  /** Copied as links to the same files. */
  readonly folders: readonly { readonly from: string; readonly to: string }[];
  /** Files of their own, in which strings are replaced. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  readonly strings: readonly (readonly [string, string])[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** What a person names. */
  readonly named: readonly string[];
  readonly server: string;
}

const AMD64 = "lib/x86_64-linux-gnu/wine";
const I386 = "lib/i386-linux-gnu/wine";
const LOADERS = ["wine", "wine64", "wine-preloader", "wine64-preloader"];

/** wine 8 with the libraries of 64-bit programs in `wide`. */
function wine8(prefix: string, wide: "lib" | "lib64"): Omit<Layout, "name" | "named"> {
  const at = (path: string) => `${prefix}${path}`;
  return {
    release: "bookworm",
    folders: [
      ...["unix", "windows"].map((kind) => ({
        from: `${I386}/i386-${kind}`,
        to: at(`lib/wine/i386-${kind}`),
      })),
      ...["unix", "windows"].map((kind) => ({
        from: `${AMD64}/x86_64-${kind}`,
        to: at(`${wide}/wine/x86_64-${kind}`),
      })),
      { from: "share/wine", to: at("share/wine") },
    ],
    files: [
      ...LOADERS.map((name) => ({ from: `lib/wine/${name}`, to: at(`bin/${name}`) })),
      { from: "lib/wine/wineserver64", to: at("bin/wineserver") },
      ...[`${I386}/i386-unix`, `${AMD64}/x86_64-unix`].map((folder) => ({
        from: `${folder}/ntdll.so`,
        to: at(
          `${folder === `${I386}/i386-unix` ? "lib/wine/i386-unix" : `${wide}/wine/x86_64-unix`}/ntdll.so`,
        ),
      })),
    ],
    strings: [
      ["../x86_64-linux-gnu/wine/x86_64-unix/ntdll.so", `../${wide}/wine/x86_64-unix/ntdll.so`],
      ["../i386-linux-gnu/wine/i386-unix/ntdll.so", "../lib/wine/i386-unix/ntdll.so"],
      ["../../wine", "../../bin"],
      ["../../share/wine", "../share/wine"],
      ["../../share/wine/nls", "../share/wine/nls"],
    ],
    links: [],
    server: at("bin/wineserver"),
  };
}

/** The layouts that are run. */
export const LAYOUTS: readonly Layout[] = [
  {
    ...wine8("", "lib"),
    name: "share/lutris/runners/wine/debian-8.0-x86_64",
    named: ["", "bin/wine", "bin/wine64"],
  },
  { ...wine8("files/", "lib64"), name: "Proton 8.0", named: ["", "files/bin/wine64"] },
  {
    name: "Proton 10.0",
    release: "trixie",
    folders: [
      ...["unix", "windows"].map((kind) => ({
        from: `${AMD64}/x86_64-${kind}`,
        to: `files/lib/wine/x86_64-${kind}`,
      })),
      { from: "share/wine", to: "files/share/wine" },
    ],
    files: [
      { from: "lib/wine/wine64", to: "files/lib/wine/x86_64-unix/wine" },
      { from: "lib/wine/wine64-preloader", to: "files/lib/wine/x86_64-unix/wine-preloader" },
      { from: "lib/wine/wine64", to: "files/bin/wine" },
      { from: "lib/wine/wineserver64", to: "files/bin/wineserver" },
      { from: `${AMD64}/x86_64-unix/ntdll.so`, to: "files/lib/wine/x86_64-unix/ntdll.so" },
    ],
    // This wine takes the folder of its loader for that of its server and, beside its libraries, its data.
    strings: [
      ["/usr/lib/x86_64-linux-gnu/wine", "/"],
      ["/usr/lib/wine", "/x86_64-unix"],
      ["/usr/share/wine", "/share/wine"],
    ],
    links: [
      { path: "files/lib/wine/x86_64-unix/wineserver", target: "../../../bin/wineserver" },
      { path: "files/lib/wine/share", target: "../../share" },
    ],
    named: ["", "files/bin/wine"],
    server: "files/bin/wineserver",
  },
];

/** Installs a tree's wine with this prefix. */
export function installElsewhere(tree: string, layout: Layout, prefix: string): void {
  rmSync(prefix, { recursive: true, force: true });
  for (const { from, to } of layout.folders) {
    mkdirSync(dirname(join(prefix, to)), { recursive: true });
    execFileSync("cp", ["-rl", join(tree, "usr", from), join(prefix, to)]);
  }
  for (const { from, to } of layout.files) {
    const source = join(tree, "usr", from);
    const bytes = layout.strings.reduce<Buffer>(
      (text, [old, replacement]) => withString(text, old, replacement),
      readFileSync(source),
    );
    const path = join(prefix, to);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, bytes, { mode: statSync(source).mode });
  }
  for (const { path, target } of layout.links) symlinkSync(target, join(prefix, path));
}

/** The bytes with another text where a whole string is `old`. */
function withString(bytes: Buffer, old: string, replacement: string): Buffer {
  const copy = Buffer.from(bytes);
  const wanted = Buffer.from(`\0${old}\0`);
  for (let at = copy.indexOf(wanted); at >= 0; at = copy.indexOf(wanted, at + 1)) {
    copy.fill(0, at + 1, at + wanted.length);
    copy.write(replacement, at + 1, "latin1");
  }
  return copy;
}
