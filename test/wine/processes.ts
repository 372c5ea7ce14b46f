/** The Windows processes of a prefix with their mappings, and what of a 64-bit one lies too low. */

import { type Mapping, parseMaps } from "./figures.ts";
import { type Linker, mapsOfProcess, type WineSession } from "./session.ts";

/** A process that runs a Windows program. */
export interface WineProcess {
  readonly command: string;
  readonly maps: readonly Mapping[];
}

/** All processes of the prefix of `linker` that have wine's ntdll.so: not the server, not one that has just begun. */
export function processesOf(session: WineSession, linker: Linker): readonly WineProcess[] {
  return session
    .processes(linker)
    .map(({ pid, command }) => ({
      command: command.replaceAll("\0", " "),
      maps: parseMaps(mapsOfProcess(pid)),
    }))
    .filter(({ maps }) => maps.some(({ path }) => path.endsWith("/ntdll.so")));
}

/** Where native things of a 64-bit process begin. */
const NATIVE = 0x700100000000;

/** What of a 64-bit process is below the native things but should not be. */
export function misplaced({ maps }: Pick<WineProcess, "maps">): readonly Mapping[] {
  return maps.filter(
    ({ start, path }) =>
      start < NATIVE && (/\.so(\.\d+)*$|-preloader$/.test(path) || path === "[heap]"),
  );
}
