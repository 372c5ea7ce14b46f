/**
 * exports.map, the version script, and compat_exports.S, for what it cannot say. Which symbol has which
 * version is the ABI's; the linker's own are added.
 */

import type { Abi } from "../abi/model.ts";
import { type Diagnostic, GenerationError } from "../diagnostic.ts";
import type { Uses } from "../uses.ts";
import { lines } from "./c-text.ts";

/** The node of the linker's own interface, and how its functions begin. */
const OWN_NODE = "WINE_LD_1";
const OWN_PREFIX = "wine_ld_";

/** The version script of an ABI and of what the runtime offers beside it. */
export function versionScript(abi: Abi, uses: Uses): string {
  const own = uses.definitions
    .filter(({ name, path }) => name.startsWith(OWN_PREFIX) && path.startsWith("runtime/space/"))
    .map(({ name }) => name);
  const nodes = abi.versionNodes.map((version) => ({
    version,
    symbols: abi.exports
      .filter((symbol) => symbol.version === version && symbol.isDefault)
      .map(({ name }) => name),
  }));
  const known = new Set(abi.versionNodes);
  const homeless = abi.exports
    .filter((symbol) => !known.has(symbol.version))
    .map(
      ({ name, version }): Diagnostic => ({
        path: abi.id,
        line: 0,
        message: `${name} has version ${version}, which is not among the version nodes`,
      }),
    );
  if (homeless.length > 0) throw new GenerationError(homeless);
  const all = own.length > 0 ? [...nodes, { version: OWN_NODE, symbols: own }] : nodes;
  return lines(
    ...all.map(({ version, symbols }, index) => node(version, symbols, all[index - 1]?.version)),
  );
}

/** The holes of templates/compat_exports.S. */
export function compatExports(abi: Abi): Readonly<Record<string, string>> {
  const compat = abi.exports.filter(({ isDefault }) => !isDefault);
  return { rows: lines(compat.map(({ name, version }) => `compat_export ${name}, ${version}`)) };
}

/** Every node inherits the one before. What no node names stays inside. */
function node(version: string, symbols: readonly string[], parent: string | undefined): string[] {
  const names = [...new Set(symbols)].sort().map((name) => `        ${name};`);
  const globals = names.length > 0 ? ["    global:", ...names] : [];
  const locals = parent === undefined ? ["    local:", "        *;"] : [];
  return [`${version} {`, ...globals, ...locals, parent === undefined ? "};" : `} ${parent};`];
}
