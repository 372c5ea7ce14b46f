/**
 * Recordings as they are kept: traces without what a replay has no use for (times, callers, names, protections),
 * compressed. And which half each belongs to.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { decodeTrace, type Trace, traceWith } from "../../cli/space/trace-format.ts";
import type { Arch } from "../../test/harness/elf.ts";

const FOLDER = join(import.meta.dirname, "traces");
const ENDING = ".trace.br";

/** A program's recording. */
export interface Recording {
  readonly name: string;
  readonly trace: Trace;
}

/** Policies are designed with one half and judged by the other. */
export type Half = "design" | "judge";

/** Where a program's recording is kept. */
export function recordingPath(arch: Arch, name: string): string {
  return join(FOLDER, arch, `${name}${ENDING}`);
}

/** A trace's bytes as they are kept. */
export function packRecording(bytes: Uint8Array): Buffer {
  const records = traceWith(bytes, [
    "seed",
    "map",
    "unmap",
    "remap",
    "break",
    "attach",
    "detach",
    "claim",
    "release",
  ]);
  return brotliCompressSync(records, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** All recordings of an architecture, in alphabetical order. */
export function recordings(arch: Arch): readonly Recording[] {
  const files = readdirSync(join(FOLDER, arch)).filter((file) => file.endsWith(ENDING));
  return files.sort().map((file) => ({
    name: file.slice(0, -ENDING.length),
    trace: decodeTrace(brotliDecompressSync(readFileSync(join(FOLDER, arch, file)))),
  }));
}

/**
 * A half of the recordings: in alphabetical order the first, third and so on are to design with, the others to judge by. Which is
 * which was settled before any policy was tried on them, and stays so.
 */
export function halfOf(all: readonly Recording[], half: Half): readonly Recording[] {
  return all.filter((_, at) => at % 2 === (half === "design" ? 0 : 1));
}
