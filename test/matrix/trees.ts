/** The releases of the matrix: which ABI comes from where, and the unpacked tree of its programs. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Adopted, adoptAbis } from "../../cli/adopt.ts";
import { abiByBuildId } from "../../codegen/abi/index.ts";
import type { Arch } from "../../codegen/abi/model.ts";
import { buildId } from "../../codegen/elf.ts";
import { debianTreeName, fetchDebianTree } from "../../codegen/ingest/debian.ts";
import { locateGlibc, readElf } from "../../codegen/ingest/locate.ts";
import { UnknownGlibcError } from "../../codegen/system-glibc.ts";

/** One column of the matrix. */
export interface Release {
  readonly name: string;
  readonly glibc: string;
  readonly arch: Arch;
}

const archs: readonly Arch[] = ["x86_64", "i386"];

/** All releases, oldest first. */
export const releases: readonly Release[] = [
  { name: "bullseye", glibc: "2.31" },
  { name: "bookworm", glibc: "2.36" },
  { name: "trixie", glibc: "2.41" },
  { name: "sid", glibc: "2.43" },
].flatMap((release) => archs.map((arch) => ({ ...release, arch })));

/** What is unpacked, with everything it depends on: glibc's own files and the programs to run. */
export const treePackages: readonly string[] = [
  ...["bash", "coreutils", "python3-minimal", "grep", "sed", "gawk", "mawk", "perl-base", "dash"],
  ...["findutils", "diffutils", "tar", "gzip", "bzip2", "xz-utils", "bc", "file", "sqlite3"],
  ...["openssl", "jq", "libstdc++6", "libc6-dev", "util-linux", "procps", "libc-bin"],
];

/** A tree, or why there is none. */
export type TreeOrReason =
  | (Unpacked & {
      readonly adopted: Adopted;
      /** Whether a module names the build; else one was held against it and taken on. */
      readonly isNamed: boolean;
    })
  | { readonly missing: string };

/** An unpacked tree, and what is to be said of it. */
interface Unpacked {
  readonly path: string;
  readonly note?: string;
}

/** The tree of a release, fetched when it is not there yet, and its ABI. */
export async function releaseTree(
  release: Release,
  root: string,
  progress: (line: string) => void,
): Promise<TreeOrReason> {
  const tree = await unpackedTree(release, join(root, ".cache"), progress);
  return "missing" in tree ? tree : withAbi(tree, release, root, progress);
}

async function unpackedTree(
  { name, arch }: Release,
  cacheDir: string,
  progress: (line: string) => void,
): Promise<Unpacked | { readonly missing: string }> {
  const debianArch = arch === "x86_64" ? "amd64" : "i386";
  try {
    return await fetchDebianTree({
      release: name,
      arch: debianArch,
      packages: treePackages,
      cacheDir,
      withDependencies: true,
      progress,
    });
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const path = glibcTree(join(cacheDir, "debian"), `${name}-${debianArch}-libc6`);
    return path === undefined
      ? { missing: reason }
      : { path, note: `glibc's own files only: ${reason}` };
  }
}

/** A tree of a release that was fetched before. */
export function cachedTree({ name, arch }: Release, cacheDir: string): string | undefined {
  const folder = join(cacheDir, "debian");
  const debianArch = arch === "x86_64" ? "amd64" : "i386";
  const path = join(
    folder,
    debianTreeName({
      release: name,
      arch: debianArch,
      packages: treePackages,
      withDependencies: true,
    }),
  );
  return existsSync(path) ? path : glibcTree(folder, `${name}-${debianArch}-libc6`);
}

/** A tree of libc6 alone that was unpacked earlier, when the index of the release is broken now. */
function glibcTree(folder: string, prefix: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder).find((entry) => entry.startsWith(prefix));
  return found === undefined ? undefined : join(folder, found);
}

/** A build that no module names is held against the module of its version, as `wine-ld build` does. */
async function withAbi(
  tree: Unpacked,
  { name, arch }: Release,
  root: string,
  progress: (line: string) => void,
): Promise<TreeOrReason> {
  const request = { system: tree.path, owner: name, mayImport: false, root, progress };
  const id = buildId(readElf(locateGlibc(tree.path, arch).libc));
  try {
    const [adopted] = await adoptAbis(request, [arch]);
    if (adopted === undefined) return { missing: `no glibc in ${tree.path}` };
    return { ...tree, adopted, isNamed: id !== undefined && abiByBuildId(id) !== undefined };
  } catch (error) {
    if (!(error instanceof UnknownGlibcError)) throw error;
    return { missing: error.message };
  }
}
