/** The emitted C as a source package: what a distribution builds by its own rules. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../cli/project-root.ts";
import type { Abi } from "../codegen/abi/model.ts";
import { emittedTree } from "../codegen/generate.ts";
import { writeTree } from "../codegen/source-tree.ts";

/** Puts it together below `work`; returns its folder. */
export function stageSource(root: string, work: string, abis: readonly Abi[]): string {
  const folder = join(work, `wine-ld-c-${version()}`);
  rmSync(folder, { recursive: true, force: true });
  for (const abi of abis) {
    const tree = join(folder, "abi", abi.id);
    writeTree(tree, emittedTree(root, abi).files);
    writeFileSync(join(tree, "soname"), `${abi.soname}\n`);
    const ids = abi.builds.map(({ libcBuildId }) => `${libcBuildId}\n`);
    writeFileSync(join(tree, "build-ids"), ids.join(""));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Makefile"), readFileSync(join(root, "packaging/source/Makefile")));
  for (const path of ["data.ld", "LICENSE"]) cpSync(join(root, path), join(folder, path));
  return folder;
}
