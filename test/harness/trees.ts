/**
 * Unpacked trees of Debian packages of an architecture that is not the machine's own.
 *
 * `test/prepare.ts` fetches a tree and leaves a link to it; here it is only found.
 */
import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

export interface Tree {
  readonly root: string;
  /** Folders for `--library-path`. */
  readonly libraryPath: readonly string[];
}

/** The link that `test/prepare.ts` leaves. */
export const i386TreeLink = resolve(import.meta.dirname, "../../.cache/test/i386-tree");

/** The unpacked tree of i386 packages, or undefined when it was not prepared. */
export function systemTree(_arch: "i386"): Tree | undefined {
  if (!existsSync(join(i386TreeLink, "lib/i386-linux-gnu/ld-linux.so.2"))) return undefined;
  const root = realpathSync(i386TreeLink);
  const folders = ["lib/i386-linux-gnu", "usr/lib/i386-linux-gnu"];
  return { root, libraryPath: folders.map((folder) => join(root, folder)) };
}
