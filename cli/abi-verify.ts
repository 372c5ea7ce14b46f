/** `wine-ld abi verify`: known ABIs held against the glibc of a system. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Abi } from "../codegen/abi/model.ts";
import { installedAbis } from "../codegen/system-glibc.ts";
import { type VerifyReport, verifyAbi } from "../codegen/verify.ts";
import { machineAbis, requireAbi } from "./abi.ts";
import { projectRoot } from "./project-root.ts";

/** What may be said on the command line. */
export interface VerifyOptions {
  readonly root: string;
  readonly linker?: string;
}

/** Verifies the ABIs with these ids, or those of the glibcs below the root. */
export async function verifyAbis(
  ids: readonly string[],
  { root, linker }: VerifyOptions,
  progress: (line: string) => void,
): Promise<readonly VerifyReport[]> {
  const reports: VerifyReport[] = [];
  for (const abi of ids.length > 0 ? ids.map(requireAbi) : installedAbis(root, machineAbis())) {
    const built = linker ?? builtLinker(abi);
    if (built === undefined)
      progress(`${abi.id}: no linker is built, only glibc's own state is checked`);
    reports.push(
      await verifyAbi({
        abi,
        root,
        checkout: projectRoot,
        cacheDir: join(projectRoot, ".cache", "verify"),
        progress,
        ...(built === undefined ? {} : { linker: built }),
      }),
    );
  }
  return reports;
}

function builtLinker({ id, soname }: Abi): string | undefined {
  const path = join(projectRoot, "dist", id, soname);
  return existsSync(path) ? path : undefined;
}
