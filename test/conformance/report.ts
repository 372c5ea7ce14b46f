/** Results as a table by feature, as JSON and as JUnit. Pure. */
import type { Result } from "./suite.ts";

/** A row of the table: a feature on all architectures. */
export interface Row {
  readonly feature: string;
  readonly same: number;
  readonly different: number;
  readonly known: number;
  readonly unproved: number;
}

/** The rows, in the order of the first case of each feature. */
export function rowsOf(results: readonly Result[]): readonly Row[] {
  const features = [...new Set(results.map(({ feature }) => feature))];
  return features.map((feature) => {
    const own = results.filter((one) => one.feature === feature);
    const count = (kind: string): number =>
      own.filter(({ verdict }) => verdict.kind === kind).length;
    return {
      feature,
      same: count("same"),
      different: count("different"),
      known: count("known"),
      unproved: count("void"),
    };
  });
}

/** The table, and a line with the sums. */
export function table(results: readonly Result[]): string {
  const rows = rowsOf(results);
  const width = Math.max(7, ...rows.map(({ feature }) => feature.length));
  const line = (name: string, ...cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(9)).join(" ")}`;
  const sum = (pick: (row: Row) => number): number =>
    rows.reduce((total, row) => total + pick(row), 0);
  return [
    line("feature", "same", "different", "known", "void"),
    ...rows.map((row) => line(row.feature, row.same, row.different, row.known, row.unproved)),
    line(
      "all",
      sum(({ same }) => same),
      sum(({ different }) => different),
      sum(({ known }) => known),
      sum(({ unproved }) => unproved),
    ),
  ].join("\n");
}

/** Whether a case is as it should be. */
export function isGood({ verdict }: Result): boolean {
  return verdict.kind === "same" || verdict.kind === "known";
}

/** What differs, in words: the case, how it was started, the lines. */
export function account(result: Result): string {
  const { verdict, arch, text, feature } = result;
  const head = `${arch} ${feature}: ${text}`;
  if (verdict.kind === "same" || verdict.kind === "known") return head;
  if (verdict.kind === "void") return `VOID ${head}\n${verdict.text}`;
  return `DIFFERENT ${head} (${verdict.variant.way}, ${verdict.variant.binding})\n${verdict.text}`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[^\t\n\x20-\x7e\xa0-\xff]/g, "?");
}

/** JUnit's XML: a test suite for each feature. */
export function junit(results: readonly Result[]): string {
  const suites = rowsOf(results).map((row) => {
    const cases = results.filter(({ feature }) => feature === row.feature).map(junitCase);
    const name = escapeXml(row.feature);
    const { same, different, known, unproved } = row;
    const counts = `tests="${same + different + known + unproved}" failures="${different}" errors="${unproved}"`;
    return `<testsuite name="${name}" ${counts}>\n${cases.join("")}</testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function junitCase(result: Result): string {
  const { verdict, arch, text, feature, milliseconds } = result;
  const inner = isGood(result)
    ? ""
    : `<${verdict.kind === "void" ? "error" : "failure"}>${escapeXml(account(result))}</${verdict.kind === "void" ? "error" : "failure"}>`;
  return `<testcase classname="${arch}.${escapeXml(feature)}" name="${escapeXml(text)}" time="${milliseconds / 1000}">${inner}</testcase>\n`;
}
