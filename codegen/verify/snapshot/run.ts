/** Runs the snapshot program under a linker. Knows the two ways of starting; decodes nothing but the file format. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSnapshot, type Snapshot, SnapshotError } from "./file.ts";

/** How a program meets its linker: the kernel maps it, or it is started and given the program. */
export type Start = "interpreter" | "direct";

/** One run. */
export interface SnapshotRun {
  readonly program: string;
  /** The linker's file. */
  readonly linker: string;
  readonly start: Start;
  /** Folders for LD_LIBRARY_PATH; empty: the system's. */
  readonly libraryPath: readonly string[];
  /** Further environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs the program and returns its state at entry. The environment holds nothing else than asked for,
 * so that two runs differ in nothing but their linker.
 * @throws SnapshotError with what the linker said when the program was not reached
 */
export function takeSnapshot(run: SnapshotRun): Snapshot {
  // The same folder for every run: paths are part of the state.
  const folder = join(tmpdir(), `wine-ld-snapshot-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const output = join(folder, "output");
  symlinkSync(run.linker, join(folder, "ld.so"));
  symlinkSync(run.program, join(folder, "snapshot"));
  const file = openSync(output, "w");
  try {
    const words = run.start === "direct" ? ["./ld.so", "./snapshot"] : ["./snapshot"];
    const result = spawnSync(words[0] ?? "", words.slice(1), {
      cwd: folder,
      stdio: ["ignore", file, "pipe"],
      env: {
        ...(run.libraryPath.length > 0 && { LD_LIBRARY_PATH: run.libraryPath.join(":") }),
        ...run.environment,
      },
    });
    if (result.status !== 0) {
      const how = result.signal ? `died of ${result.signal}` : `ended with ${result.status}`;
      const said = result.error?.message ?? result.stderr.toString("utf8").trim();
      throw new SnapshotError(`the snapshot program ${how} under ${run.linker}: ${said}`);
    }
    return parseSnapshot(readFileSync(output));
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}
