/** One row of the matrix: everything that is checked of one ABI. */

import { join } from "node:path";
import { forsake } from "../../cli/adopt.ts";
import { buildLinker } from "../../codegen/build.ts";
import { describeReport, verifyAbi } from "../../codegen/verify.ts";
import { root } from "../harness/linkers.ts";
import type { Way } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";
import { realCommands } from "./commands.ts";
import { compareReal, type RealResult } from "./real.ts";
import { addressSpace, conformance, runSuites, type SuitesResult } from "./suites.ts";
import { type Release, releaseTree } from "./trees.ts";

/** How much of our own suites is run: one test of so many, 1: all; 0: none. */
export interface RowOptions {
  readonly part: number;
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
      readonly direct: RealResult;
      readonly interp: RealResult;
      readonly programs?: SuitesResult;
      readonly space?: SuitesResult;
    };

/** Checks one release. */
export async function matrixRow(
  release: Release,
  options: RowOptions,
  progress: (line: string) => void,
): Promise<Row> {
  const cacheDir = join(root, ".cache");
  const found = await releaseTree(release, root, progress);
  if ("missing" in found) return { release, missing: found.missing };
  const { path, adopted } = found;
  const { abi, fresh } = adopted;
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
  if (!report.passed && fresh !== undefined) forsake(root, fresh);
  const checks = report.parts.reduce((sum, { verdict }) => sum + verdict.compared, 0);
  const notes = [
    ...(found.isNamed || !report.passed
      ? []
      : [`no module names this build: taken on in ${checks} checks`]),
    ...(found.note === undefined ? [] : [found.note]),
  ];
  const real = (way: Way) =>
    compareReal(tree, linker, realCommands, way, (done) =>
      progress(`real programs, ${way} ${done}/${realCommands.length}`),
    );
  const workFolder = join(cacheDir, "test", abi.id);
  const own = async (title: string, suites: readonly string[]) => {
    if (options.part === 0) return undefined;
    const request = { suites, arch: abi.arch, tree: path, workFolder, part: options.part };
    return runSuites(request, (done, all) => progress(`${title} ${done}/${all}`));
  };
  const direct = await real("direct");
  const interp = await real("interp");
  const programs = await own("test programs", conformance);
  const space = await own("address space", addressSpace);
  return {
    release,
    abi: abi.id,
    ...(notes.length > 0 && { note: notes.join("; ") }),
    checks,
    failedChecks: report.passed ? [] : describeReport(report).split("\n"),
    direct,
    interp,
    ...(programs !== undefined && { programs }),
    ...(space !== undefined && { space }),
  };
}

/** Everything that is wrong in a row, in words. */
export function faults(row: Row): readonly string[] {
  if ("missing" in row) return [];
  return [
    ...row.failedChecks,
    ...row.direct.different,
    ...row.interp.different,
    ...(row.programs?.failed ?? []),
    ...(row.space?.failed ?? []),
  ];
}

const titles = ["glibc", "module and state", "real, direct", "real, PT_INTERP"];

/** The rows as a table. */
export function matrixTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const name = `${row.release.glibc} ${row.release.arch}`;
    if ("missing" in row) return [name, `not available: ${row.missing}`];
    return [
      name,
      row.failedChecks.length === 0 ? `${row.checks} ok` : "FAILS",
      realCell(row.direct),
      realCell(row.interp),
      suitesCell(row.programs),
      suitesCell(row.space),
      row.note ?? "",
    ];
  });
  const all = [[...titles, "test programs", "address space", ""], ...cells];
  const widths = all[0]?.map((_, column) =>
    Math.max(
      ...all.map((row) => (row.length > 2 || column === 0 ? (row[column]?.length ?? 0) : 0)),
    ),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function realCell({ same, different, missing, notRun }: RealResult): string {
  if (notRun !== undefined) return `not run: ${notRun}`;
  const parts = [`${same} same`];
  if (different.length > 0) parts.push(`${different.length} DIFFER`);
  if (missing.length > 0) parts.push(`${missing.length} absent`);
  return parts.join(", ");
}

function suitesCell(result: SuitesResult | undefined): string {
  if (result === undefined) return "not run";
  const parts = [`${result.passed} pass`];
  if (result.failed.length > 0) parts.push(`${result.failed.length} FAIL`);
  if (result.skipped > 0) parts.push(`${result.skipped} skipped`);
  return parts.join(", ");
}
