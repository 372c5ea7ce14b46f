/** `wine-ld abi import`: a glibc with its debug information becomes a module in codegen/abi/. */

import { join } from "node:path";
import type { Arch } from "../codegen/abi/model.ts";
import { buildLinker, withdrawLinker } from "../codegen/build.ts";
import { serversOf } from "../codegen/ingest/debuginfod.ts";
import type { ImportResult, ImportSource } from "../codegen/ingest/run.ts";
import { importModule } from "../codegen/ingest/run.ts";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project-root.ts";
import { proveLinker } from "./prove.ts";

/** What may be said on the command line. */
export interface ImportOptions {
  readonly root: string;
  readonly arch: Arch;
  readonly debian?: string;
  readonly debug?: readonly string[];
  readonly id?: string;
}

/**
 * Imports and writes, then builds the linker and proves it with the glibc that was imported.
 * @throws CommandError when the linker does not do what that glibc's own does; then there is none
 */
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
  await proveImported(result, progress);
  return result;
}

async function proveImported(
  { abi, root: system }: ImportResult,
  progress: (line: string) => void,
): Promise<void> {
  const out = join(projectRoot, "dist");
  const request = { root: projectRoot, abi, out, environment: process.env, progress };
  const { linker } = await buildLinker(request);
  const proof = await proveLinker({ abi, linker, system, root: projectRoot, progress });
  if (proof.verdict !== "failed") return;
  withdrawLinker(out, abi);
  throw new CommandError(
    `the linker does not do with this glibc what its own does, and was taken away:\n${proof.report}`,
  );
}

function sourceOf({ root, debian, debug }: ImportOptions): ImportSource {
  if (debian !== undefined) {
    return { kind: "debian", release: debian, cacheDir: join(projectRoot, ".cache") };
  }
  return { kind: "folder", root, ...(debug && { debug }) };
}
