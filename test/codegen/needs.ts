/** What some tests need of the machine, and the sentence that a skipped test shows when it is missing. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Abi, Arch } from "../../codegen/abi/model.ts";
import { buildId } from "../../codegen/elf.ts";
import { locateDebug, locateGlibc, readElf } from "../../codegen/ingest/locate.ts";

/** The checkout. */
export const root = join(import.meta.dirname, "../..");
/** Where unpacked trees and the snapshot program are kept. */
export const cacheDir = join(root, ".cache");

/** Either what was asked for, or why it is not there. */
export type Found<T> = { readonly value: T } | { readonly missing: string };

function unpackedTrees(): readonly string[] {
  try {
    return readdirSync(join(cacheDir, "debian")).map((name) => join(cacheDir, "debian", name));
  } catch {
    return [];
  }
}

/** A root with the very build of glibc an ABI was made from. */
export function rootOf(abi: Abi, accept: (folder: string) => boolean = () => true): Found<string> {
  const fits = (folder: string) => {
    try {
      const id = buildId(readElf(locateGlibc(folder, abi.arch).libc));
      return abi.builds.some(({ libcBuildId }) => libcBuildId === id) && accept(folder);
    } catch {
      return false;
    }
  };
  const found = ["/", ...unpackedTrees()].find(fits);
  return found
    ? { value: found }
    : { missing: `no glibc of ${abi.id} here: package libc6, or \`npx tsx test/prepare.ts\`` };
}

/** As `rootOf`, with debug info for the linker below it. */
export function debugRootOf(abi: Abi): Found<string> {
  const found = rootOf(abi, (folder) => debugOf(folder, abi.arch) !== undefined);
  const advice = `wine-ld abi import --debian RELEASE --arch ${abi.arch}`;
  return "value" in found
    ? found
    : { missing: `no debug info of ${abi.id} here: package libc6-dbg, or \`${advice}\`` };
}

/** The debug file of the linker below a root. */
export function debugOf(folder: string, arch: Arch): string | undefined {
  try {
    return locateDebug(locateGlibc(folder, arch).ldso, [folder]);
  } catch {
    return undefined;
  }
}

/** Whether pahole can be run. */
export function pahole(): Found<true> {
  try {
    execFileSync("pahole", ["--version"], { stdio: "ignore" });
    return { value: true };
  } catch {
    return { missing: "pahole is not installed: apt install pahole" };
  }
}
