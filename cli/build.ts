/** `wine-ld build`: linkers for one or more ABIs. */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { allAbis } from "../codegen/abi/index.ts";
import type { Abi, Arch } from "../codegen/abi/model.ts";
import { buildLinker } from "../codegen/build.ts";
import { writeTree } from "../codegen/source-tree.ts";
import { systemAbis, UnknownGlibcError } from "../codegen/system-glibc.ts";
import type { Optimize } from "../codegen/toolchain.ts";
import { requireAbi } from "./abi.ts";
import type { Adopted } from "./adopt.ts";
import { CommandError } from "./command-error.ts";
import { requireFolder } from "./folders.ts";
import { linkersFolder, projectRoot } from "./project-root.ts";

/** What may be said on the command line. */
export interface BuildOptions {
  readonly abi?: readonly string[];
  readonly arch?: Arch;
  readonly out?: string;
  readonly golden?: boolean;
  readonly all?: boolean;
  readonly optimize?: Optimize;
}

const progress = (line: string) => void process.stderr.write(`${line}\n`);

/** Builds what the options ask for, telling of it on standard error. */
export async function build(options: BuildOptions): Promise<number> {
  if (options.golden === true) {
    for (const abi of goldenAbis(options)) await refreshGolden(abi);
    return 0;
  }
  const out = resolve(options.out ?? linkersFolder);
  const wanted = await wantedAbis(options);
  for (const { abi } of wanted)
    requireFolder(join(out, abi.id), "name another folder with --out, or try it as root (sudo)");
  for (const { abi, fresh } of wanted) {
    const { linker } = await buildLinker({
      root: projectRoot,
      abi,
      out,
      environment: process.env,
      progress,
      optimize: options.optimize,
    });
    if (fresh !== undefined) await prove(abi, linker, fresh);
  }
  return 0;
}

/** The ABIs that the options name; without names, those of this machine; with --all, these and all known. */
async function wantedAbis(options: BuildOptions): Promise<readonly Adopted[]> {
  const archs = archsOf(options);
  if (options.all === true) return everyAbi(archs);
  if (options.abi !== undefined)
    return options.abi
      .map(requireAbi)
      .filter((abi) => archs.includes(abi.arch))
      .map((abi) => ({ abi }));
  const adopted = await adoptInstalled(archs);
  const missing = archs.filter((arch) => !adopted.some(({ abi }) => abi.arch === arch));
  return [...adopted, ...systemAbis("/", missing).map((abi) => ({ abi }))];
}

/** All known ABIs. A build of this machine that no module names joins its ABI, or is said not to fit any. */
async function everyAbi(archs: readonly Arch[]): Promise<readonly Adopted[]> {
  const adopted: Adopted[] = [];
  for (const arch of archs) {
    try {
      adopted.push(...(await adoptInstalled([arch])));
    } catch (error) {
      if (!(error instanceof UnknownGlibcError)) throw error;
      progress(error.message);
    }
  }
  const others = allAbis
    .filter(({ id, arch }) => archs.includes(arch) && !adopted.some(({ abi }) => abi.id === id))
    .map((abi) => ({ abi }));
  return [...adopted, ...others];
}

async function adoptInstalled(archs: readonly Arch[]): Promise<readonly Adopted[]> {
  const { adoptAbis } = await import("./adopt.ts");
  return adoptAbis({ system: "/", root: projectRoot, progress }, archs);
}

function archsOf({ arch }: BuildOptions): readonly Arch[] {
  return arch === undefined ? ["x86_64", "i386"] : [arch];
}

/** A linker for a build that was taken on by its stripped files must leave the state that glibc's leaves. */
async function prove(
  abi: Abi,
  linker: string,
  fresh: NonNullable<Adopted["fresh"]>,
): Promise<void> {
  const { describeReport, verifyAbi } = await import("../codegen/verify.ts");
  const { forsake } = await import("./adopt.ts");
  const cacheDir = join(projectRoot, ".cache", "verify");
  const report = await verifyAbi({
    abi,
    root: "/",
    checkout: projectRoot,
    cacheDir,
    linker,
    progress,
  });
  if (report.passed) return;
  forsake(projectRoot, fresh);
  throw new CommandError(
    `the linker does not do with this machine's glibc what its own does:\n${describeReport(report)}`,
  );
}

/** Without names, those that have a golden tree. */
function goldenAbis({ abi: ids }: BuildOptions): readonly Abi[] {
  return (ids ?? readdirSync(join(projectRoot, "test/golden"))).map(requireAbi);
}

async function refreshGolden(abi: Abi): Promise<void> {
  const { generatedFiles } = await import("../codegen/generate.ts");
  const folder = join("test", "golden", abi.id);
  const touched = writeTree(join(projectRoot, folder), generatedFiles(projectRoot, abi));
  progress(`${folder}: ${touched.length} files changed`);
}
