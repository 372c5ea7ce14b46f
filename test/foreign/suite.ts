/** Runs the tests of a row under both linkers. Knows folders and packages; what a row holds it does not know. */
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ending } from "../harness/compare.ts";
import type { Role } from "../harness/linkers.ts";
import type { Outcome } from "../harness/run.ts";
import {
  type Accounts,
  expectedLinker,
  makeAccounts,
  ordinaryUser,
  runEnclosed,
} from "./enclosure.ts";
import type { ForeignTest, Row, Verdicts } from "./row.ts";
import { type Judgement, judge, read } from "./verdicts.ts";

/** What became of a row. */
export interface RowResult {
  readonly row: string;
  readonly judgements: readonly Judgement[];
  readonly seconds: number;
}

/** Folders of a whole run. */
export interface Workplace {
  readonly folder: string;
  readonly accounts: Accounts;
  /** Where outputs of failing tests are kept. */
  readonly logs: string;
  /** How often what may fail now and then is started. */
  readonly starts: number;
}

/** Makes the folders; not below the checkout, which an ordinary user may be unable to enter. */
export function makeWorkplace(logs: string, starts: number): Workplace {
  const folder = mkdtempSync(join(tmpdir(), "foreign-"));
  execFileSync("chmod", ["755", folder]);
  cpSync(join(import.meta.dirname, "src"), join(folder, "sources"), { recursive: true });
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  return { folder, accounts: makeAccounts(folder), logs, starts };
}

/** Frees what makeWorkplace made. */
export function removeWorkplace({ folder }: Workplace): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The packages of a row that are not installed. */
function missingPackages(packages: readonly string[]): readonly string[] {
  const { stdout } = spawnSync(
    "dpkg-query",
    ["-W", "-f", "${Package} ${db:Status-Status}\n", ...packages],
    { encoding: "utf8" },
  );
  const installed = new Set(
    stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.replace(/ .*/, "")),
  );
  return packages.filter((name) => !installed.has(name));
}

/** Runs every test of a row under both linkers, one at a time. */
export async function runRow(row: Row, place: Workplace): Promise<RowResult> {
  const start = performance.now();
  const result = (judgements: readonly Judgement[]): RowResult => ({
    row: row.name,
    judgements,
    seconds: Math.round((performance.now() - start) / 1000),
  });
  const skipped = (why: string) => result([{ name: "all", result: "skipped", why }]);
  const missing = missingPackages(row.packages);
  if (missing.length > 0) return skipped(`not installed: ${missing.join(" ")}`);
  const prepared = newFolder(row, place, "prepared");
  if (row.prepare !== undefined) {
    const test = { name: "prepare", command: row.prepare, timeout: 600 };
    const outcome = await runTest(row, test, "reference", place, prepared);
    if (outcome.status !== 0) {
      keepLog(row, test, place, { reference: outcome });
      return skipped(`not prepared: ${ending(outcome)}: ${outcome.stderr.trim().slice(-160)}`);
    }
  }
  const judgements: Judgement[] = [];
  for (const test of row.tests) judgements.push(...(await compareTest(row, test, place)));
  rmSync(join(place.folder, fileName(row.name)), { recursive: true, force: true });
  return result(judgements);
}

/** A row's name as a file's: programs' settings cannot name what has spaces. */
function fileName(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, "-");
}

function newFolder(row: Row, place: Workplace, name: string): string {
  const folder = join(place.folder, fileName(row.name), name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (row.isOrdinary && name !== "prepared") chownSync(folder, ordinaryUser, ordinaryUser);
  return folder;
}

async function compareTest(
  row: Row,
  test: ForeignTest,
  place: Workplace,
): Promise<readonly Judgement[]> {
  const verdicts: Verdicts[] = [];
  const outcomes: Partial<Record<Role, Outcome>> = {};
  for (const role of ["reference", "subject"] as const) {
    // Both at the same path, so that lengths of names are the same too.
    const folder = newFolder(row, place, "work");
    const outcome = await runTest(row, test, role, place, folder);
    outcomes[role] = outcome;
    verdicts.push(read(test, outcome, folder));
  }
  const [reference = new Map(), subject = new Map()] = verdicts;
  const judgements = judge(reference, subject);
  if (verdicts.some((one) => [...one.values()].some(({ state }) => state === "fail")))
    keepLog(row, test, place, outcomes);
  return judgements;
}

function runTest(
  row: Row,
  test: ForeignTest,
  role: Role,
  place: Workplace,
  folder: string,
): Promise<Outcome> {
  const script = {
    role,
    text: test.command,
    folder,
    environment: {
      SOURCES: join(place.folder, "sources"),
      PREPARED: join(place.folder, fileName(row.name), "prepared"),
      STARTS: String(place.starts),
      LINKER: expectedLinker(role),
    },
    isOrdinary: row.isOrdinary === true && test.name !== "prepare",
    seesProcesses: row.seesProcesses === true,
    timeout: test.timeout ?? 60,
  };
  return runEnclosed(script, place.accounts);
}

/** Keeps what a test said under each linker. */
function keepLog(
  row: Row,
  test: ForeignTest,
  place: Workplace,
  outcomes: Partial<Record<Role, Outcome>>,
): void {
  for (const [role, outcome] of Object.entries(outcomes)) {
    const name = fileName(`${row.name}.${test.name}.${role}.log`);
    const text = `${ending(outcome)}\n--- stdout\n${outcome.stdout}\n--- stderr\n${outcome.stderr}`;
    writeFileSync(join(place.logs, name), text);
  }
}
