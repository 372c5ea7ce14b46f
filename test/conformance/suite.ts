/** Runs lists of cases on an architecture, two at once, and collects what became of each. */
import { compareVersions } from "../../codegen/glibc-version.ts";
import type { Arch } from "../harness/elf.ts";
import { type Ground, judge, type Variant, type Verdict, variants } from "./execute.ts";
import type { Listed } from "./language.ts";

/** A case that was run. */
export interface Result {
  readonly feature: string;
  readonly text: string;
  readonly arch: Arch;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

/** Whether an architecture and a version of glibc have what a case is about. */
export function isFor(one: Listed, arch: Arch, glibc: string): boolean {
  return one.case.arches.includes(arch) && compareVersions(glibc, one.case.since) >= 0;
}

/** Runs `work` on every item, `width` at once; the results are in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}

/** Runs cases; `report` is told of each as it ends. */
export function runCases(
  cases: readonly Listed[],
  ground: Ground,
  report: (result: Result) => void = () => undefined,
  chosen: readonly Variant[] = variants,
): Promise<readonly Result[]> {
  return inParallel(cases, 3, async ({ feature, case: one }) => {
    const begin = Date.now();
    const verdict = await judge(one, ground, chosen);
    const result = {
      feature,
      text: one.text,
      arch: ground.arch,
      verdict,
      milliseconds: Date.now() - begin,
    };
    report(result);
    return result;
  });
}
