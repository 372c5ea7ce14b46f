/** The user's own folders, as the XDG base directory specification has them. */

import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** The home folder of this user. */
export function homeFolder(environment: NodeJS.ProcessEnv): string {
  return environment["HOME"] || homedir();
}

/** A folder that is not absolute is none, as the specification says. */
function baseFolder(named: string | undefined, environment: NodeJS.ProcessEnv, otherwise: string) {
  const base =
    named !== undefined && isAbsolute(named) ? named : join(homeFolder(environment), otherwise);
  return join(resolve(base), "wine-ld");
}

/** Where this user's files are kept that can be made again. */
export function cacheHome(environment: NodeJS.ProcessEnv): string {
  return baseFolder(environment["XDG_CACHE_HOME"], environment, ".cache");
}

/** Where this user's settings are. */
export function configHome(environment: NodeJS.ProcessEnv): string {
  return baseFolder(environment["XDG_CONFIG_HOME"], environment, ".config");
}

/** Where programs of this user keep their data, the launchers' among them. */
export function dataHome(environment: NodeJS.ProcessEnv): string {
  const named = environment["XDG_DATA_HOME"];
  return named !== undefined && isAbsolute(named)
    ? resolve(named)
    : join(resolve(homeFolder(environment)), ".local", "share");
}
