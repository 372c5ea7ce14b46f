/**
 * Debug information by build-id from debuginfod servers (the web API of elfutils). Knows addresses and a folder
 * where answers are kept; knows nothing of what is in them.
 */

import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where to ask, and where answers are kept. */
export interface Debuginfod {
  /** Addresses; asked in order. */
  readonly servers: readonly string[];
  readonly cacheDir: string;
}

/** The servers that `DEBUGINFOD_URLS` names: addresses separated by blanks. */
export function serversOf(environment: NodeJS.ProcessEnv): readonly string[] {
  return (environment["DEBUGINFOD_URLS"] ?? "").split(/\s+/).filter((word) => word !== "");
}

/** The address of the debug information of a build on a server. */
export function debugAddress(server: string, id: string): string {
  return `${server.replace(/\/+$/, "")}/buildid/${id}/debuginfo`;
}

/**
 * Fetches the debug file of a build.
 * @returns its path; undefined when no server has it. `complain` is told why, server by server
 */
export async function fetchDebug(
  { servers, cacheDir }: Debuginfod,
  id: string,
  complain: (line: string) => void,
): Promise<string | undefined> {
  const path = join(cacheDir, "debuginfod", `${id}.debug`);
  if (existsSync(path)) return path;
  for (const server of servers) {
    const body = await ask(debugAddress(server, id), complain);
    if (body === undefined) continue;
    mkdirSync(join(cacheDir, "debuginfod"), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, body);
    renameSync(`${path}.${process.pid}`, path);
    return path;
  }
  return undefined;
}

async function ask(
  address: string,
  complain: (line: string) => void,
): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(120_000) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    complain(`${address}: ${response.status} ${response.statusText}`);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    complain(`${address}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return undefined;
}
