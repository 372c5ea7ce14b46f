/** One row of the matrix: everything that is checked of one ABI. */

import { join } from "node:path";
import { buildLinker } from "../../codegen/build.ts";
import { describeReport, verifyAbi } from "../../codegen/verify.ts";
import { root } from "../harness/linkers.ts";
import { systemTree } from "../harness/trees.ts";
import { realCommands } from "./commands.ts";
import { comparePrograms, type ProgramsResult } from "./programs.ts";
import { compareReal, type RealResult } from "./real.ts";
import { type Release, releaseTree } from "./trees.ts";

/** What to check beside the module and the state. */
export interface RowOptions {
  readonly programs: boolean;
}

/** The outcome. */
export type Row =
  | { readonly release: Release; readonly missing: string }
  | {
      readonly release: Release;
      readonly abi: string;
      readonly note?: string;
      readonly checks: number;
      readonly failedChecks: readonly string[];
      readonly real: RealResult;
      readonly programs?: ProgramsResult;
    };

/** Checks one release. */
export async function matrixRow(
  release: Release,
  options: RowOptions,
  progress: (line: string) => void,
): Promise<Row> {
  const cacheDir = join(root, ".cache");
  const found = await releaseTree(release, cacheDir, progress);
  if ("missing" in found) return { release, missing: found.missing };
  const { abi, path, note } = found;
  const { linker } = await buildLinker({
    root,
    abi,
    out: join(root, "dist"),
    environment: process.env,
    progress: () => {},
  });
  process.env[`WINE_LD_TREE_${abi.arch.toUpperCase()}`] = path;
  const tree = systemTree(abi.arch);
  if (tree === undefined) return { release, missing: `${path} has no linker` };
  progress("module, stripped files, state of a process");
  const report = await verifyAbi({
    abi,
    root: path,
    checkout: root,
    cacheDir: join(cacheDir, "verify"),
    linker,
  });
  const real = await compareReal(tree, linker, realCommands, (done) =>
    progress(`real programs ${done}/${realCommands.length}`),
  );
  const programs = options.programs
    ? await comparePrograms(abi.arch, (done, all) => progress(`test programs ${done}/${all}`))
    : undefined;
  return {
    release,
    abi: abi.id,
    ...(note !== undefined && { note }),
    checks: report.parts.reduce((sum, { verdict }) => sum + verdict.compared, 0),
    failedChecks: report.passed ? [] : describeReport(report).split("\n"),
    real,
    ...(programs !== undefined && { programs }),
  };
}

/** Everything that is wrong in a row, in words. */
export function faults(row: Row): readonly string[] {
  if ("missing" in row) return [];
  return [...row.failedChecks, ...row.real.different, ...(row.programs?.different ?? [])];
}

/** The rows as a table. */
export function matrixTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const name = `${row.release.glibc} ${row.release.arch}`;
    if ("missing" in row) return [name, `not available: ${row.missing}`];
    const { same, different, missing } = row.real;
    return [
      name,
      row.failedChecks.length === 0 ? `${row.checks} ok` : "FAILS",
      `${same} same, ${different.length} differ${missing.length > 0 ? `, ${missing.length} absent` : ""}`,
      row.programs === undefined
        ? "not run"
        : `${row.programs.same} same, ${row.programs.different.length} differ, ${row.programs.unfit.length} unfit`,
      row.note ?? "",
    ];
  });
  const all = [["glibc", "module and state", "real programs", "test programs", ""], ...cells];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(
      ...all.map((row) => (row.length > 2 || column === 0 ? (row[column]?.length ?? 0) : 0)),
    ),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
