/** The processes of a prefix, as /proc shows them. */

import { readdirSync, readFileSync } from "node:fs";
import { type Mapping, parseMaps } from "./figures.ts";

/** A process that runs a Windows program. */
export interface WineProcess {
  readonly command: string;
  readonly maps: readonly Mapping[];
}

/** All processes with this WINEPREFIX that have wine's ntdll.so: not the server, not one that has just begun. */
export function processesOf(prefix: string): readonly WineProcess[] {
  return readdirSync("/proc").flatMap((id) => {
    if (!/^\d+$/.test(id)) return [];
    try {
      const read = (name: string) => readFileSync(`/proc/${id}/${name}`, "utf8");
      if (!read("environ").split("\0").includes(`WINEPREFIX=${prefix}`)) return [];
      const maps = parseMaps(read("maps"));
      if (!maps.some(({ path }) => path.endsWith("/ntdll.so"))) return [];
      return [{ command: read("cmdline").replaceAll("\0", " "), maps }];
    } catch {
      return []; // it has ended
    }
  });
}

/** Where native things of a 64-bit process begin. */
export const NATIVE = 0x700100000000;

/** What of a 64-bit process is below the native things but should not be. */
export function misplaced({ maps }: WineProcess): readonly Mapping[] {
  return maps.filter(
    ({ start, path }) =>
      start < NATIVE && (/\.so(\.\d+)*$|-preloader$/.test(path) || path === "[heap]"),
  );
}
