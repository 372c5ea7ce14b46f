/** `wine-ld build`: linkers for one or more ABIs. */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { abiByVersion, allAbis } from "../codegen/abi/index.ts";
import type { Abi, Arch } from "../codegen/abi/model.ts";
import { buildLinker, withdrawLinker } from "../codegen/build.ts";
import { writeTree } from "../codegen/source-tree.ts";
import { systemAbis, UnknownGlibcError } from "../codegen/system-glibc.ts";
import type { Optimize } from "../codegen/toolchain.ts";
import { machineAbis, requireAbi } from "./abi.ts";
import type { Adopted } from "./adopt.ts";
import { CommandError } from "./command-error.ts";
import { requireFolder } from "./folders.ts";
import { linkersFolder, projectRoot } from "./project-root.ts";
import { proveLinker } from "./prove.ts";

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
  const refusals: string[] = [];
  for (const adopted of wanted) {
    const { linker } = await buildLinker({
      root: projectRoot,
      abi: adopted.abi,
      out,
      environment: process.env,
      progress,
      optimize: options.optimize,
    });
    const refusal = await prove(adopted, linker, out);
    if (refusal !== undefined) refusals.push(refusal);
  }
  if (refusals.length > 0) throw new CommandError(refusals.join("\n"));
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
  return [
    ...adopted,
    ...modulesOf(adopted),
    ...systemAbis("/", missing, machineAbis()).map((abi) => ({ abi })),
  ];
}

/** The modules that this machine's own ABIs were made from: for the files of their distribution in an unpacked tree. */
function modulesOf(adopted: readonly Adopted[]): readonly Adopted[] {
  return adopted
    .filter(({ abi }) => !allAbis.some(({ id }) => id === abi.id))
    .flatMap(({ abi }) => abiByVersion(abi.version, abi.arch) ?? [])
    .map((abi) => ({ abi }));
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

/** Why the linker of an ABI was taken away again: it does not do what glibc's own does here. Undefined: it may be used. */
async function prove(
  { abi, fresh }: Adopted,
  linker: string,
  out: string,
): Promise<string | undefined> {
  const proof = await proveLinker({ abi, linker, system: "/", root: projectRoot, progress });
  if (proof.verdict === "no glibc")
    progress(`${abi.id}: not proved, no libc.so.6 of its builds is installed here`);
  if (proof.verdict !== "failed") return undefined;
  withdrawLinker(out, abi);
  if (fresh !== undefined) (await import("./adopt.ts")).forsake(projectRoot, fresh);
  return `the linker does not do with this machine's glibc what its own does, and was taken away:\n${proof.report}`;
}

/** Without names, those that have a golden tree; as committed, without the builds that this machine alone has. */
function goldenAbis({ abi: ids }: BuildOptions): readonly Abi[] {
  const names = ids ?? readdirSync(join(projectRoot, "test/golden"));
  return names.map((name) => allAbis.find(({ id }) => id === name) ?? requireAbi(name));
}

async function refreshGolden(abi: Abi): Promise<void> {
  const { generatedFiles } = await import("../codegen/generate.ts");
  const folder = join("test", "golden", abi.id);
  const touched = writeTree(join(projectRoot, folder), generatedFiles(projectRoot, abi));
  progress(`${folder}: ${touched.length} files changed`);
}
