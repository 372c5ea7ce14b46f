/** `wine-ld build`: linkers for one or more ABIs. */

import { join, resolve } from "node:path";
import { allAbis } from "../codegen/abi/index.ts";
import type { Abi, Arch } from "../codegen/abi/model.ts";
import { buildLinker } from "../codegen/build.ts";
import { writeTree } from "../codegen/source-tree.ts";
import { systemAbis } from "../codegen/system-glibc.ts";
import { requireAbi } from "./abi.ts";
import { projectRoot } from "./project-root.ts";

/** What may be said on the command line. */
export interface BuildOptions {
  readonly abi?: readonly string[];
  readonly arch?: Arch;
  readonly out?: string;
  readonly golden?: boolean;
}

/** Builds what the options ask for, telling of it on standard error. */
export async function build(options: BuildOptions): Promise<number> {
  const abis = options.golden === true && options.abi === undefined ? allAbis : chosenAbis(options);
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  for (const abi of abis) {
    if (options.golden === true) await refreshGolden(abi, progress);
    else {
      const out = resolve(options.out ?? join(projectRoot, "dist"));
      await buildLinker({ root: projectRoot, abi, out, environment: process.env, progress });
    }
  }
  return 0;
}

/** The ABIs that the options name; without names, those of this machine. */
export function chosenAbis({ abi: ids, arch }: BuildOptions): readonly Abi[] {
  const archs: readonly Arch[] = arch === undefined ? ["x86_64", "i386"] : [arch];
  if (ids === undefined) return systemAbis("/", archs);
  const abis = ids.map(requireAbi);
  return abis.filter((abi) => archs.includes(abi.arch));
}

async function refreshGolden(abi: Abi, progress: (line: string) => void): Promise<void> {
  const { generatedFiles } = await import("../codegen/generate.ts");
  const folder = join("test", "golden", abi.id);
  const touched = writeTree(join(projectRoot, folder), generatedFiles(projectRoot, abi));
  progress(`${folder}: ${touched.length} files changed`);
}
