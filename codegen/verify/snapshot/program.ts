/** Builds the snapshot program of an architecture. Knows Zig's command line and the program's files. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "../../abi/model.ts";
import { TARGETS } from "../../targets.ts";
import { findZig } from "../../toolchain.ts";

const run = promisify(execFile);
const sources = import.meta.dirname;
const FILES = ["snapshot.c", "start-x86_64.S", "start-i386.S", "stub.S"] as const;
/** The libraries the program needs: one that itself needs the other, so that order matters. */
const NEEDED = ["libm.so.6", "libc.so.6"] as const;
const SYSCALLS = ["read", "write", "open", "exit_group"] as const;
const FLAGS = [
  "-std=c11",
  "-O2",
  "-ffreestanding",
  "-fno-builtin",
  "-fno-stack-protector",
  "-fPIC",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wshadow",
  "-Wstrict-prototypes",
  "-Wmissing-prototypes",
  "-Wvla",
] as const;

/** The interpreter the program names: whatever is there in the folder it is started in. */
export const INTERPRETER = "./ld.so";

function compileArguments(arch: Arch, file: string, out: string): string[] {
  const target = TARGETS[arch];
  const numbers = SYSCALLS.map((name) => `-DSYS_${name}=${target.syscalls[name]}`);
  const machine = [`--target=${target.zigTriple}`, `-mcpu=${target.zigCpu}`];
  return ["cc", ...machine, ...FLAGS, ...numbers, "-c", join(sources, file), "-o", out];
}

function fingerprint(version: string): string {
  const hash = createHash("sha256").update(version);
  for (const file of FILES) hash.update(readFileSync(join(sources, file)));
  hash.update(readFileSync(import.meta.filename));
  return hash.digest("hex").slice(0, 16);
}

/**
 * The path of the program for an architecture, built when it is not there yet.
 * @param root the checkout, which has Zig
 * @param cacheDir where the program is kept
 * @throws ToolchainError when there is no usable Zig
 */
export async function snapshotProgram(root: string, arch: Arch, cacheDir: string): Promise<string> {
  const zig = await findZig(root, process.env);
  const folder = join(cacheDir, `snapshot-${arch}-${fingerprint(zig.version)}`);
  const program = join(folder, "snapshot");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const cache = join(cacheDir, "zig");
  const call = (args: readonly string[]) =>
    run(zig.path, args, {
      cwd: folder,
      env: { ...process.env, ZIG_LOCAL_CACHE_DIR: cache, ZIG_GLOBAL_CACHE_DIR: cache },
    });
  await call(compileArguments(arch, "snapshot.c", "snapshot.o"));
  await call(compileArguments(arch, `start-${arch}.S`, "start.o"));
  await call(compileArguments(arch, "stub.S", "stub.o"));
  for (const name of NEEDED) {
    await call(["ld.lld", "-shared", "-soname", name, "-o", name, "stub.o"]);
  }
  const link = ["ld.lld", "-pie", "-e", "_start", "-dynamic-linker", INTERPRETER, "-z", "now"];
  const inputs = ["snapshot.o", "start.o", "--no-as-needed", ...NEEDED];
  await call([...link, "--hash-style=gnu", "--build-id=sha1", ...inputs, "-o", "snapshot.new"]);
  renameSync(join(folder, "snapshot.new"), program);
  return program;
}
