/** The releases of the matrix: which ABI comes from where, and the unpacked tree of its programs. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { abiByBuildId } from "../../codegen/abi/index.ts";
import type { Abi, Arch } from "../../codegen/abi/model.ts";
import { buildId } from "../../codegen/elf.ts";
import { debianTreeName, fetchDebianTree } from "../../codegen/ingest/debian.ts";
import { locateGlibc, readElf } from "../../codegen/ingest/locate.ts";

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
  | { readonly path: string; readonly abi: Abi; readonly note?: string }
  | { readonly missing: string };

/** The tree of a release, fetched when it is not there yet. */
export async function releaseTree(
  { name, arch }: Release,
  cacheDir: string,
  progress: (line: string) => void,
): Promise<TreeOrReason> {
  const debianArch = arch === "x86_64" ? "amd64" : "i386";
  try {
    const { path } = await fetchDebianTree({
      release: name,
      arch: debianArch,
      packages: treePackages,
      cacheDir,
      withDependencies: true,
      progress,
    });
    return withAbi(path, arch);
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const fallback = glibcTree(join(cacheDir, "debian"), `${name}-${debianArch}-libc6`);
    if (fallback === undefined) return { missing: reason };
    return withAbi(fallback, arch, `glibc's own files only: ${reason}`);
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

function withAbi(path: string, arch: Arch, note?: string): TreeOrReason {
  const id = buildId(readElf(locateGlibc(path, arch).libc));
  const abi = id === undefined ? undefined : abiByBuildId(id);
  if (abi === undefined) return { missing: `no module names its libc.so.6 (build-id ${id})` };
  return { path, abi, ...(note !== undefined && { note }) };
}
