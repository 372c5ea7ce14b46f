/**
 * The picture of the README: the address space of the Direct3D program with its device up, stock and wine-ld:
 *
 *     npx tsx test/wine/picture.ts
 *
 * writes docs/pictures/direct3d.svg.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/linkers.ts";
import { deviceSnapshot } from "./figures.ts";
import { WineSession } from "./session.ts";

const PICTURE = join(root, "docs/pictures/direct3d.svg");
const WORK = join(root, ".cache/test/wine/maps");

async function main(): Promise<void> {
  const session = new WineSession();
  mkdirSync(WORK, { recursive: true });
  mkdirSync(join(PICTURE, ".."), { recursive: true });
  try {
    for (const linker of ["stock", "wine-ld"] as const) {
      await session.open(linker);
      writeFileSync(join(WORK, linker), (await deviceSnapshot(session, linker, "32")).maps);
    }
  } finally {
    await session.close();
  }
  const command = [join(root, "cli/wine-ld.js"), "map", "--svg", PICTURE];
  execFileSync(process.execPath, [
    ...command,
    "--compare",
    join(WORK, "stock"),
    join(WORK, "wine-ld"),
  ]);
}

await main();
