/**
 * From an ABI to a linker: emits the tree, compiles it, and knows when there is nothing to do. The one
 * place that knows the folders build/ and dist/.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Abi } from "./abi/model.ts";
import { buildIdLinks, linkByBuildId } from "./by-build-id.ts";
import { readLocalBuilds, withLocalBuilds } from "./local-builds.ts";
import { listFiles, type SourceTree, writeTree } from "./source-tree.ts";
import { TARGETS } from "./targets.ts";
import { findZig, type Optimize, zigBuild, zigPath } from "./toolchain.ts";

/** What is built from where to where. Paths are absolute. */
export interface BuildRequest {
  readonly root: string;
  readonly abi: Abi;
  /** The folder that gets one folder per ABI. */
  readonly out: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly optimize?: Optimize | undefined;
  /** Told what is going on, one line at a time. */
  readonly progress: (line: string) => void;
}

/** What a build made. */
export interface BuildResult {
  readonly abi: string;
  readonly linker: string;
  readonly debug: string;
  /** Nothing had changed since the last build. */
  readonly upToDate: boolean;
}

/**
 * Builds one linker, unless nothing changed since the last time. It knows the builds of this machine that were
 * found to fit its ABI too, whoever asks for it.
 */
export async function buildLinker(asked: BuildRequest): Promise<BuildResult> {
  const { root, progress } = asked;
  const abi = withLocalBuilds(asked.abi, readLocalBuilds(root));
  const request = { ...asked, abi };
  const paths = buildPaths(request);
  const inputs = inputFingerprint(request);
  const result = { abi: abi.id, linker: paths.linker, debug: paths.debug };
  if (readStamp(paths.stamp) === `${inputs}\n${outputFingerprint(paths)}`) {
    linkByBuildId(request.out, abi);
    progress(`${abi.id}: up to date`);
    return { ...result, upToDate: true };
  }
  const zig = await findZig(root, request.environment);
  // Loaded here: a build that finds nothing to do needs no parser and no emitters.
  const [{ emittedTree }, { describeSelection }] = [
    await import("./generate.ts"),
    await import("./select-runtime.ts"),
  ];
  const { files, selection } = emittedTree(root, abi);
  const touched = writeTree(paths.source, withHeaderMark(files));
  for (const line of describeSelection(abi, selection)) progress(`${abi.id}: ${line}`);
  progress(`${abi.id}: ${touched.length} source files changed, compiling`);
  await zigBuild(zig, {
    root,
    source: relative(root, paths.source),
    target: TARGETS[abi.arch],
    soname: abi.soname,
    out: paths.out,
    ...(request.optimize === undefined ? {} : { optimize: request.optimize }),
  });
  linkByBuildId(request.out, abi);
  mkdirSync(dirname(paths.stamp), { recursive: true });
  writeFileSync(paths.stamp, `${inputs}\n${outputFingerprint(paths)}`);
  progress(`${abi.id}: ${relative(root, paths.linker)}`);
  return { ...result, upToDate: false };
}

/** Takes a linker away again, with everything that leads to it: nothing may use it. */
export function withdrawLinker(out: string, abi: Abi): void {
  for (const name of [abi.soname, `${abi.soname}.debug`])
    rmSync(join(out, abi.id, name), { force: true });
  for (const link of buildIdLinks(abi).keys()) rmSync(join(out, link), { force: true });
}

/**
 * A C file of nothing but a mark of all headers: Zig takes a library for current when its C files are, whatever
 * their headers say.
 */
function withHeaderMark(files: SourceTree): SourceTree {
  const headers = [...files].filter(([path]) => path.endsWith(".h"));
  const mark = digest(headers.map(([path, text]) => `${path}\n${text}`).join("\n"));
  return new Map([...files, ["generated/headers.c", `/* The headers of this tree: ${mark} */\n`]]);
}

interface BuildPaths {
  readonly source: string;
  readonly stamp: string;
  readonly out: string;
  readonly linker: string;
  readonly debug: string;
}

function buildPaths({ root, abi, out }: BuildRequest): BuildPaths {
  const folder = join(out, abi.id);
  return {
    source: join(root, "build", abi.id, "src"),
    stamp: join(root, "build", abi.id, `stamp-${digest(out).slice(0, 12)}`),
    out: folder,
    linker: join(folder, abi.soname),
    debug: join(folder, `${abi.soname}.debug`),
  };
}

/** Everything that decides what comes out: sources, templates, generator, build script, compiler. */
function inputFingerprint({ root, abi, environment, optimize }: BuildRequest): string {
  const folders = ["codegen", "runtime", "templates"];
  const files = [
    "build.zig",
    "data.ld",
    "package.json",
    ...folders.flatMap((folder) =>
      listFiles(join(root, folder)).map((path) => `${folder}/${path}`),
    ),
  ];
  const hash = createHash("sha256").update(`${abi.id}\n${zigPath(root, environment)}\n`);
  hash.update(`${optimize ?? ""}\n`);
  hash.update(abi.builds.map(({ libcBuildId }) => libcBuildId).join("\n"));
  hash.update(JSON.stringify(abi.relatives ?? []));
  hash.update(JSON.stringify(abi.searchPlaces));
  for (const path of files) {
    hash.update(`${path}\n${digest(readFileSync(join(root, path)))}\n`);
  }
  return hash.digest("hex");
}

function outputFingerprint({ linker, debug }: BuildPaths): string {
  return [linker, debug].map((path) => digest(readIfThere(path))).join("\n");
}

function readStamp(path: string): string {
  return readIfThere(path).toString("utf8");
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

function digest(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
