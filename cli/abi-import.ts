/** `wine-ld abi import`: a glibc with its debug information becomes a module in codegen/abi/. */

import { join } from "node:path";
import type { Arch } from "../codegen/abi/model.ts";
import { serversOf } from "../codegen/ingest/debuginfod.ts";
import type { ImportResult, ImportSource } from "../codegen/ingest/run.ts";
import { importModule } from "../codegen/ingest/run.ts";
import { projectRoot } from "./project-root.ts";

/** What may be said on the command line. */
export interface ImportOptions {
  readonly root: string;
  readonly arch: Arch;
  readonly debian?: string;
  readonly debug?: readonly string[];
  readonly id?: string;
}

/** Imports and writes; tells what became of it. */
export async function importInto(
  options: ImportOptions,
  progress: (line: string) => void,
): Promise<ImportResult> {
  const { arch, id } = options;
  const result = await importModule({
    source: sourceOf(options),
    arch,
    moduleDir: join(projectRoot, "codegen/abi"),
    ...(id !== undefined && { id }),
    debuginfod: { servers: serversOf(process.env), cacheDir: join(projectRoot, ".cache") },
    progress,
  });
  progress(`codegen/abi/${result.abi.id}.ts: ${result.outcome}`);
  return result;
}

function sourceOf({ root, debian, debug }: ImportOptions): ImportSource {
  if (debian !== undefined) {
    return { kind: "debian", release: debian, cacheDir: join(projectRoot, ".cache") };
  }
  return { kind: "folder", root, ...(debug && { debug }) };
}
