/** Builds the program of the behaviours, its library and its auditor, for any glibc from 2.31 on. Knows Zig's command line. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "../../abi/model.ts";
import { findZig } from "../../toolchain.ts";

const run = promisify(execFile);
const sources = import.meta.dirname;
const FILES = ["probe.c", "library.c", "auditor.c"] as const;
/** The oldest glibc that is known: what is linked for it runs with all later ones. */
const TRIPLES: Readonly<Record<Arch, string>> = {
  x86_64: "x86_64-linux-gnu.2.31",
  i386: "x86-linux-gnu.2.31",
};
const FLAGS = [
  "-std=gnu11",
  "-O1",
  "-fno-sanitize=all",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wno-deprecated-declarations",
] as const;

/** What a behaviour is run with. */
export interface Probe {
  readonly program: string;
  readonly library: string;
  readonly auditor: string;
}

/**
 * The files for an architecture, built when they are not there yet.
 * @param root the checkout, which has Zig
 * @param cacheDir where they are kept
 * @throws ToolchainError when there is no usable Zig
 */
export async function probeOf(root: string, arch: Arch, cacheDir: string): Promise<Probe> {
  const zig = await findZig(root, process.env);
  const folder = join(cacheDir, `probe-${arch}-${fingerprint(zig.version)}`);
  const probe = {
    program: join(folder, "probe"),
    library: join(folder, "library.so"),
    auditor: join(folder, "auditor.so"),
  };
  if (existsSync(folder)) return probe;
  mkdirSync(cacheDir, { recursive: true });
  const fresh = mkdtempSync(join(cacheDir, "probe-new-"));
  const cache = join(cacheDir, "zig");
  const compile = (words: readonly string[]) =>
    run(zig.path, ["cc", `--target=${TRIPLES[arch]}`, ...FLAGS, ...words], {
      cwd: sources,
      env: { ...process.env, ZIG_LOCAL_CACHE_DIR: cache, ZIG_GLOBAL_CACHE_DIR: cache },
    });
  const shared = ["-shared", "-fPIC"];
  // Position-independent: the compiler's stand-in for libc tells no sizes of data, so nothing of it may be copied.
  await compile(["-fPIE", "-pie", "probe.c", "-o", join(fresh, "probe"), "-ldl", "-lpthread"]);
  await compile([...shared, "library.c", "-o", join(fresh, "library.so"), "-lm"]);
  await compile([...shared, "auditor.c", "-o", join(fresh, "auditor.so")]);
  renameSync(fresh, folder);
  return probe;
}

function fingerprint(version: string): string {
  const hash = createHash("sha256").update(version);
  for (const file of FILES) hash.update(readFileSync(join(sources, file)));
  hash.update(readFileSync(import.meta.filename));
  return hash.digest("hex").slice(0, 16);
}
