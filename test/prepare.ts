/**
 * Makes what the suite needs beyond installed packages: the unpacked tree of i386 packages.
 *
 * `npx tsx test/prepare.ts` fetches it (needs the network once); `... packages` prints the names of the
 * machine's packages, for apt-get.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fetchDebianTree } from "../codegen/ingest/debian.ts";
import { root } from "./harness/linkers.ts";
import { i386TreeLink } from "./harness/trees.ts";
import { i386Packages, machinePackages } from "./real/packages.ts";

/** The machine's Debian release: the tree must hold the same glibc. */
function release(): string {
  return /^VERSION_CODENAME=(\w+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "sid";
}

async function prepareTree(): Promise<void> {
  const tree = await fetchDebianTree({
    release: release(),
    arch: "i386",
    packages: i386Packages,
    cacheDir: `${root}/.cache`,
    withDependencies: true,
    progress: (line) => console.log(`i386 tree: ${line}`),
  });
  mkdirSync(dirname(i386TreeLink), { recursive: true });
  rmSync(i386TreeLink, { force: true });
  symlinkSync(tree.path, i386TreeLink);
  console.log(`i386 tree: ${tree.packages.length} packages`);
}

if (process.argv[2] === "packages") console.log(machinePackages.join(" "));
else await prepareTree();
