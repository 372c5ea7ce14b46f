/**
 * Starts behind a seccomp filter (containers, Flatpak, services): a linker there leaves libc's own entries
 * alone, since a filter may end a process for writing to them, and it cannot try. Here it can be tried.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Arch } from "../codegen/abi/model.ts";
import { locateGlibc } from "../codegen/ingest/locate.ts";
import { installedArchs } from "../codegen/system-glibc.ts";

const VARIABLE = "WINE_LD_ENTRIES";
const PROBE_MILLISECONDS = 10_000;

/** Whether a process's status (proc(5)) says that it has a filter. */
export function hasFilter(status: string): boolean {
  return /^Seccomp:\s*[^0\s]/m.test(status);
}

/**
 * What the environment of a start has to say of the filter that this process is behind.
 * @param linkers those that the start may use, for the glibc below `root`
 * @param environment of the start: what it says already stays
 */
export function filterSettings(
  linkers: Readonly<Partial<Record<Arch, string>>>,
  root: string,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const status = "/proc/self/status";
  if (environment[VARIABLE] !== undefined || !existsSync(status)) return {};
  if (!hasFilter(readFileSync(status, "latin1"))) return {};
  const allowed = installedArchs(root).every((arch) => {
    const linker = linkers[arch];
    return linker === undefined || mayWrite(linker, locateGlibc(root, arch).libc);
  });
  return allowed ? { [VARIABLE]: "write" } : {};
}

/** Whether a program lives whose linker writes: the smallest that every glibc has, which prints its version. */
function mayWrite(linker: string, libc: string): boolean {
  const { status } = spawnSync(linker, [libc], {
    env: { [VARIABLE]: "write" },
    stdio: "ignore",
    timeout: PROBE_MILLISECONDS,
  });
  return status === 0;
}
