/** The folder that the command belongs to, and how it is called from there. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheHome } from "./user-folders.ts";

/** The checkout that holds runtime/, templates/ and codegen/, or the folder of the package, which has only dist/ of them. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Whether linkers can be made here. */
export const isCheckout = existsSync(join(projectRoot, "codegen"));

/** What to type for the command, wherever one is. (`npx wine-ld` elsewhere than in a checkout asks a registry.) */
export const commandName = isCheckout ? join(projectRoot, "cli", "wine-ld") : "wine-ld";

/** What is fetched is kept here: in the checkout, or for an installed command in the user's cache. */
export const cacheRoot = isCheckout ? join(projectRoot, ".cache") : cacheHome(process.env);

/** The linkers, one folder for each ABI. */
export const linkersFolder = join(projectRoot, "dist");

/** What helps where there is no linker for an ABI. */
export function linkerRemedy(abi: string): string {
  return isCheckout
    ? `run \`${commandName} build --abi ${abi}\` and try again`
    : "a newer package of wine-ld may have one";
}

/** The version of the command. */
export function version(): string {
  const text = readFileSync(join(projectRoot, "package.json"), "utf8");
  const { version: number }: { version: string } = JSON.parse(text);
  return number;
}
