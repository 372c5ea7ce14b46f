/**
 * Records what programs do to their address space, for the judge of policies: `npx tsx bench/space/record.ts
 * [--arch i386|x86_64] [--cache FOLDER] [NAME]...` fetches their Debian packages (once, 1.5 GB unpacked), runs each
 * under the linker of dist/ with WINE_LD_TRACE, and leaves `traces/ARCH/NAME.trace.br`.
 *
 * The policy meanwhile is `kernel`, so that malloc and the programs behave as they do under glibc's linker.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { fetchDebianTree } from "../../codegen/ingest/debian.ts";
import type { Arch } from "../../test/harness/elf.ts";
import { root } from "../../test/harness/linkers.ts";
import { start } from "../../test/harness/start.ts";
import {
  type Places,
  type Recorded,
  recordedFiles,
  recordedPackages,
  recordedPrograms,
} from "./programs.ts";
import { packRecording, recordingPath } from "./recording.ts";

/** The linker of dist/ belongs to this release's glibc. */
const RELEASE = "bookworm";
const TRIPLETS: Readonly<Record<Arch, string>> = {
  i386: "i386-linux-gnu",
  x86_64: "x86_64-linux-gnu",
};
/** Folders of libraries that Debian reaches by its alternatives, or that programs are told of. */
const SUBFOLDERS = ["", "blas", "lapack", "pulseaudio"];

async function placesFor(arch: Arch, cacheDir: string, folder: string): Promise<Places> {
  const tree = await fetchDebianTree({
    release: RELEASE,
    arch: arch === "i386" ? "i386" : "amd64",
    packages: recordedPackages,
    cacheDir,
    withDependencies: true,
    progress: (line) => console.log(`${arch}: ${line}`),
  });
  return {
    arch,
    tree: tree.path,
    libraries: join(tree.path, "usr/lib", TRIPLETS[arch]),
    root,
    folder,
  };
}

function libraryPath({ tree, arch, libraries }: Places): readonly string[] {
  return [join(tree, "lib", TRIPLETS[arch]), ...SUBFOLDERS.map((name) => join(libraries, name))];
}

/** Runs a program and returns its trace, or says why there is none. */
async function traceOf(recorded: Recorded, places: Places): Promise<Buffer | string> {
  const { program } = recorded;
  const path = join(places.tree, typeof program === "string" ? program : program(places));
  const file = join(places.folder, `${recorded.name}.trace`);
  const { file: command, environment } = start("subject", "interp", {
    path,
    arch: places.arch,
    libraryPath: libraryPath(places),
    copyInPlace: true, // some look for their files beside themselves
  });
  const child = spawn(command, recorded.arguments(places), {
    cwd: places.folder,
    env: {
      PATH: process.env["PATH"],
      HOME: places.folder,
      LC_ALL: "C.UTF-8",
      ...environment,
      ...recorded.environment?.(places),
      WINE_LD_TRACE: file,
      WINE_LD_POLICY: "kernel",
    },
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.stdin.on("error", () => {}); // it did not want to read
  child.stdin.end(recorded.input ?? "");
  const code = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) return `ended with ${code}`;
  return existsSync(file) ? readFileSync(file) : "left no trace";
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      arch: { type: "string", default: "i386" },
      cache: { type: "string", default: join(root, ".cache") },
    },
  });
  const arch: Arch = values.arch === "x86_64" ? "x86_64" : "i386";
  const folder = mkdtempSync(join(tmpdir(), "wine-ld-record-"));
  let failures = 0;
  try {
    const places = await placesFor(arch, values.cache, folder);
    for (const [name, content] of Object.entries(recordedFiles))
      writeFileSync(join(folder, name), content());
    const wanted = recordedPrograms.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    for (const recorded of wanted) {
      const trace = await traceOf(recorded, places);
      if (typeof trace === "string") {
        console.error(`${recorded.name}: ${trace}`);
        ++failures;
        continue;
      }
      const kept = packRecording(trace);
      const path = recordingPath(arch, recorded.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, kept);
      console.log(`${recorded.name}: ${kept.length} bytes`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
