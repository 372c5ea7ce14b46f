/**
 * A wine for machines without one: a tree of Debian packages in the cache folder, and what the packages'
 * own scripts would have done to it, as no script of a package is run. Knows what Debian's wine needs;
 * running it is the business of enclosure.ts.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchDebianTree } from "../../codegen/ingest/debian.ts";
import { requireFolder, requireSpace } from "../folders.ts";
import { cacheRoot } from "../project-root.ts";
import type { Progress } from "../terminal.ts";

/** The Debian releases whose wine is known to work, newest last. */
export const WINE_RELEASES = ["bookworm", "trixie"] as const;

/** A Debian release that wine is taken from. */
export type WineRelease = (typeof WINE_RELEASES)[number];

/** wine for both kinds of Windows programs, a software renderer, an X server for tests, and a shell. */
const PACKAGES: Readonly<Record<WineRelease, readonly string[]>> = {
  bookworm: [
    ...["dash", "coreutils", "wine", "wine64", "wine64-preloader"],
    ...["wine32:i386", "wine32-preloader:i386", "libfreetype6:i386"],
    ...["libgl1", "libgl1:i386", "libgl1-mesa-dri", "libgl1-mesa-dri:i386"],
    ...["libvulkan1", "libvulkan1:i386", "mesa-vulkan-drivers", "mesa-vulkan-drivers:i386"],
    ...["fonts-liberation", "fonts-wine", "xvfb"],
  ],
  trixie: [
    ...["dash", "coreutils", "wine", "wine64", "wine64-preloader"],
    ...["libgl1", "libgl1-mesa-dri", "libvulkan1", "mesa-vulkan-drivers"],
    ...["fonts-liberation", "fonts-wine", "xvfb"],
  ],
};

/** Where a release's tree and its state are kept. */
const cacheDir = cacheRoot;

/** Bytes of the packages and of what is in them: both are there for a while. */
export const PROVISION_SPACE = 3 * 2 ** 30;
const SPACE_REMEDY = "make room there, or use a wine that is installed (--wine)";

/** The link that names the finished tree of a release. */
export function provisionedTree(release: WineRelease = "bookworm"): string {
  return join(cacheDir, `wine-${release}`);
}

/**
 * Fetches wine into the cache folder, unless it is there.
 * @returns the root of the tree
 * @throws DebianError with a sentence when a package cannot be had
 */
export async function provision(
  progress: Progress,
  release: WineRelease = "bookworm",
): Promise<string> {
  const link = provisionedTree(release);
  if (existsSync(join(link, "usr/bin/wine"))) return link;
  requireFolder(cacheDir, SPACE_REMEDY);
  requireSpace(cacheDir, PROVISION_SPACE, SPACE_REMEDY);
  const tree = await fetchDebianTree({
    release,
    arch: "amd64",
    foreignArchs: release === "bookworm" ? ["i386"] : [],
    packages: PACKAGES[release],
    cacheDir,
    withDependencies: true,
    progress: (line, passing) => progress(`wine: ${line}`, passing),
  });
  finishInstallation(tree.path);
  linkTo(tree.path, link);
  progress(`wine: ready, ${tree.packages.length} packages in ${tree.path}`);
  return link;
}

/** What the packages' scripts do on a real system, as far as wine needs it. */
function finishInstallation(tree: string): void {
  for (const folder of ["bin", "sbin", "lib", "lib64"]) {
    // Releases with everything below /usr make these links in a script.
    if (!existsSync(join(tree, folder))) linkTo(`usr/${folder}`, join(tree, folder));
  }
  copyZlib(tree);
  for (const name of readdirSync(join(tree, "usr/bin"))) {
    if (name.endsWith("-stable")) linkTo(name, join(tree, "usr/bin", name.slice(0, -7)));
  }
  for (const folder of ["proc", "dev", "sys", "tmp", "root"]) {
    execFileSync("mkdir", ["-p", join(tree, folder)]);
  }
  execFileSync("/sbin/ldconfig", ["-X", "-r", tree], { stdio: "ignore" });
}

/** wine takes a DLL for its own when this stands behind the DOS header. */
const BUILTIN_MARK = Buffer.from("Wine builtin DLL");
const MARK_OFFSET = 64;
const MARK_SIZE = 32;

/** A DLL, marked as one of wine's own. */
export function markedAsBuiltin(dll: Buffer): Buffer {
  const copy = Buffer.from(dll);
  copy.fill(0, MARK_OFFSET, MARK_OFFSET + MARK_SIZE);
  BUILTIN_MARK.copy(copy, MARK_OFFSET);
  return copy;
}

/** wine's zlib comes from the mingw packages and is copied to where its other DLLs are. */
function copyZlib(tree: string): void {
  for (const [mingw, wine] of [
    ["i686", "i386"],
    ["x86_64", "x86_64"],
  ]) {
    const source = join(tree, `usr/${mingw}-w64-mingw32/lib/zlib1.dll`);
    if (!existsSync(source)) continue;
    for (const host of ["i386", "x86_64"]) {
      const folder = join(tree, `usr/lib/${host}-linux-gnu/wine/${wine}-windows`);
      if (existsSync(folder)) {
        writeFileSync(join(folder, "zlib1.dll"), markedAsBuiltin(readFileSync(source)));
      }
    }
  }
}

/** A symbolic link, replaced when it is there. */
function linkTo(target: string, path: string): void {
  execFileSync("ln", ["-sfn", target, path]);
}
