/** `wine-ld abi import`: a glibc with its debug information becomes a module in codegen/abi/. */

import { join } from "node:path";
import { allAbis } from "../codegen/abi/index.ts";
import type { Abi, Arch } from "../codegen/abi/model.ts";
import { importAbi } from "../codegen/ingest/import.ts";
import { locateDebug, locateGlibc } from "../codegen/ingest/locate.ts";
import { abiModuleText, joinBuilds, moduleListText } from "../codegen/ingest/module.ts";
import { type SourceTree, writeFiles } from "../codegen/source-tree.ts";
import { projectRoot } from "./project-root.ts";

/** What may be said on the command line. */
export interface ImportOptions {
  readonly root: string;
  readonly arch: Arch;
  readonly debug?: readonly string[];
  readonly id?: string;
}

/** Imports and writes; returns the ABI as it is known from now on. */
export async function importInto(
  { root, arch, debug, id }: ImportOptions,
  progress: (line: string) => void,
): Promise<Abi> {
  const files = locateGlibc(root, arch);
  const ldsoDebug = locateDebug(files.ldso, [...(debug ?? []), root]);
  const imported = await importAbi(
    { files, ldsoDebug, ...(id === undefined ? {} : { id }) },
    progress,
  );
  const abi = withKnownBuilds(imported, allAbis);
  writeFiles(join(projectRoot, "codegen/abi"), moduleFiles(abi, allAbis));
  progress(`codegen/abi/${abi.id}.ts`);
  return abi;
}

/** A second build of the same ABI only adds its build-ids. */
function withKnownBuilds(imported: Abi, known: readonly Abi[]): Abi {
  const same = known.find(({ id }) => id === imported.id);
  return (same && joinBuilds(same, imported)) ?? imported;
}

function moduleFiles(abi: Abi, known: readonly Abi[]): SourceTree {
  const ids = new Set([...known.map(({ id }) => id), abi.id]);
  return new Map([
    [`${abi.id}.ts`, abiModuleText(abi)],
    ["modules.ts", moduleListText([...ids])],
  ]);
}
