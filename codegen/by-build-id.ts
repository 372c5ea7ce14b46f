/**
 * dist/by-build-id/HEX/SONAME: for each build of libc.so.6 a link to the linker that is made for it. A linker
 * that meets a libc it does not know looks there (runtime/start/handover.c).
 */

import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Abi } from "./abi/model.ts";

/** The links of an ABI: path below the output folder -> where it leads. Pure. */
export function buildIdLinks({ id, soname, builds }: Abi): ReadonlyMap<string, string> {
  return new Map(
    builds.map(({ libcBuildId }) => [
      join("by-build-id", libcBuildId, soname),
      join("..", "..", id, soname),
    ]),
  );
}

/** Makes the links of an ABI below `out`; those that are right stay. */
export function linkByBuildId(out: string, abi: Abi): void {
  for (const [path, target] of buildIdLinks(abi)) {
    const link = join(out, path);
    if (
      lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() &&
      readlinkSync(link) === target
    )
      continue;
    rmSync(link, { force: true });
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}
