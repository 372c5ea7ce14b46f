/**
 * The replayer: the linker's own placement (runtime/space/), compiled as a program of its own that carries
 * out workloads. Compiled on first use with the pinned Zig, for either word size, and kept under build/.
 */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Arch } from "../../codegen/abi/model.ts";
import { generatedFiles } from "../../codegen/generate.ts";
import { listFiles, writeTree } from "../../codegen/source-tree.ts";
import { CompileError, findZig } from "../../codegen/toolchain.ts";
import { CommandError } from "../command-error.ts";
import { parseReplay, type ReplayResult } from "./replay-report.ts";
import { type Workload, workloadText } from "./workload.ts";

const run = promisify(execFile);

/** Who chooses the addresses. */
export type Placement =
  | { readonly by: "builtin"; readonly name: string }
  | { readonly by: "file"; readonly path: string }
  /** The kernel's top-down first fit, as a model. */
  | { readonly by: "kernel-model" }
  /** The kernel, in a process of its own; 32-bit workloads only. */
  | { readonly by: "kernel" };

const OWN_SOURCES = ["main.c", "simulation.c", "stand_ins.c"];
const RUNTIME_SOURCES = [
  "space/tree.c",
  "space/tree_node.c",
  "space/tree_free.c",
  "space/arena.c",
  "space/listed.c",
  "space/place.c",
  "space/policy.c",
  "space/policy_words.c",
  "space/policy_builtin.c",
  "base/text.c",
  "base/format.c",
  "base/system.c",
];
const FLAGS = [
  "-static",
  "-std=gnu11",
  "-O2",
  "-fno-builtin",
  "-fno-sanitize=undefined",
  "-ffunction-sections",
  "-Wl,--image-base=0x10000", // out of the way of what a workload puts where programs are
  "-Wl,--gc-sections", // a source may hold functions that need more than a replay links
  "-Wall",
  "-Wextra",
  "-Werror",
];

const TRIPLES: Readonly<Record<Arch, string>> = {
  x86_64: "x86_64-linux-musl",
  i386: "x86-linux-musl",
};

/** The program for an architecture; compiled when the sources have changed since the last time. */
export async function replayerProgram(root: string, arch: Arch): Promise<string> {
  const abi = allAbis.find((known) => known.arch === arch);
  if (abi === undefined) throw new CommandError(`no ABI is known for ${arch}`);
  const own = join(root, "cli/space/replayer");
  const sources = [
    ...OWN_SOURCES.map((name) => join(own, name)),
    ...RUNTIME_SOURCES.map((name) => join(root, "runtime", name)),
  ];
  const headers = [join(own, "simulation.h"), ...headersBelow(join(root, "runtime"))];
  const folder = join(root, "build", "replayer", arch);
  const program = join(folder, `replayer-${digest([...sources, ...headers])}`);
  if (existsSync(program)) return program;
  const generated = join(folder, "generated");
  mkdirSync(folder, { recursive: true });
  writeTree(generated, generatedFiles(root, abi));
  const includes = [`-I${join(root, "runtime")}`, `-I${generated}`, `-I${own}`];
  await compile(root, ["-target", TRIPLES[arch], ...FLAGS, ...includes, ...sources], program);
  return program;
}

/** What the sources may include: a change there asks for a new program. */
function headersBelow(folder: string): readonly string[] {
  return listFiles(folder)
    .filter((name) => name.endsWith(".h"))
    .map((name) => join(folder, name));
}

/** Compiles to a name of its own first, so that two at once do no harm. */
async function compile(root: string, args: readonly string[], program: string): Promise<void> {
  const zig = await findZig(root, process.env);
  const cache = join(root, ".cache", "zig");
  const unfinished = `${program}.${process.pid}`;
  const environment = {
    ...process.env,
    ZIG_GLOBAL_CACHE_DIR: cache,
    ZIG_LOCAL_CACHE_DIR: cache,
  };
  try {
    await run(zig.path, ["cc", ...args, "-o", unfinished], { env: environment });
  } catch (error) {
    throw new CompileError((error as { stderr?: string }).stderr ?? String(error));
  }
  renameSync(unfinished, program);
}

function digest(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 12);
}

/**
 * The model of the kernel, as a policy: the highest hole below mmap_base that is large enough, by pages; when
 * there is none, the highest of all below the stack's guard gap.
 */
const KERNEL_MODEL = [
  "stack 1M",
  "zone below 64K kernel",
  "zone all 64K stack",
  "place any in below,all top",
  "",
].join("\n");

/** What stands for a placement on the replayer's command line. */
function placementArguments(placement: Placement, folder: string): readonly string[] {
  switch (placement.by) {
    case "builtin":
      return ["builtin", placement.name];
    case "file":
      return ["policy", placement.path];
    case "kernel":
      return ["real"];
    case "kernel-model": {
      const path = join(folder, "kernel-model.policy");
      writeFileSync(path, KERNEL_MODEL);
      return ["policy", path];
    }
  }
}

/** Carries out a workload. `trims`: alignment is had by over-mapping and giving back the ends. */
export async function replay(
  root: string,
  workload: Workload,
  placement: Placement,
  trims: boolean,
): Promise<ReplayResult> {
  if (placement.by === "kernel" && workload.wordSize !== 4)
    throw new CommandError("the kernel itself can be replayed for 32-bit address spaces only");
  const arch: Arch = workload.wordSize === 4 ? "i386" : "x86_64";
  const program = await replayerProgram(root, arch);
  const { low, high, stack, kernel, program: image, break: end } = workload;
  const bounds = [low, high, stack, kernel, image, end];
  const output = await feed(
    program,
    [
      ...bounds.map((bound) => bound.toString(16)),
      ...placementArguments(placement, join(root, "build", "replayer")),
    ],
    workloadText(workload, trims),
  );
  return parseReplay(output);
}

function feed(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => {}); // it ended early, and says why
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const said = Buffer.concat(err).toString().trim();
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new CommandError(said || `the replayer ended with ${code ?? signal}`));
    });
    child.stdin.end(input);
  });
}
