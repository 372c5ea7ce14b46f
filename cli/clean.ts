/** `wine-ld clean`: removes what the command has made for this user and can make again. */

import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeUnfinished } from "../codegen/ingest/debian.ts";
import { cacheRoot } from "./project-root.ts";
import { cacheFolder } from "./wine/places.ts";
import { provisionedTree, WINE_RELEASES } from "./wine/provision.ts";

/** What may be said on the command line. */
export interface CleanOptions {
  /** The provisioned wines, too. */
  readonly all?: boolean;
}

/** Removes it, and tells what; what a process runs from stays, and makes the exit status 1. */
export function clean({ all }: CleanOptions): number {
  const used = programsRunning();
  let status = 0;
  const removable = [
    ...entries(cacheFolder(process.env)),
    ...(all === true ? WINE_RELEASES.flatMap(provisioned) : []),
  ];
  for (const path of removable) {
    const user = used.find(({ program }) => program.startsWith(`${path}/`));
    if (user === undefined) {
      rmSync(path, { recursive: true, force: true });
      process.stdout.write(`${path}: removed\n`);
    } else {
      process.stdout.write(`${path}: process ${user.pid} runs from it\n`);
      status = 1;
    }
  }
  for (const path of removeUnfinished(join(cacheRoot, "debian")))
    process.stdout.write(`${path}: removed\n`);
  return status;
}

/** The tree of a release, where it is this cache's, and the link that names it; that last, so that no tree is lost sight of. */
function provisioned(release: (typeof WINE_RELEASES)[number]): readonly string[] {
  const link = provisionedTree(release);
  try {
    const tree = readlinkSync(link);
    return tree.startsWith(`${cacheRoot}/`) ? [tree, link] : [link];
  } catch {
    return [];
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The processes of this user, and what they execute. */
function programsRunning(): readonly { readonly pid: string; readonly program: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ pid, program: readlinkSync(`/proc/${pid}/exe`) }];
      } catch {
        return [];
      }
    });
}
