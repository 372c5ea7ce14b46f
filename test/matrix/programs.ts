/**
 * The conformance suite's own programs against the glibc of a tree. Each invocation is run once; the ways of
 * starting and binding take turns, so that all four occur often: all of them together are test/programs's.
 */

import type { Arch } from "../harness/elf.ts";
import { ways } from "../harness/start.ts";
import {
  bindings,
  compareInvocation,
  type Invocation,
  type ProgramCase,
} from "../programs/case.ts";
import { dlCases } from "../programs/cases/dl.ts";
import { initCases } from "../programs/cases/init.ts";
import { loadingCases } from "../programs/cases/loading.ts";
import { processCases } from "../programs/cases/process.ts";
import { symbolCases } from "../programs/cases/symbols.ts";
import { tlsCases } from "../programs/cases/tls.ts";

const cases: readonly ProgramCase[] = [
  ...symbolCases,
  ...tlsCases,
  ...initCases,
  ...loadingCases,
  ...dlCases,
  ...processCases,
];
const plain: readonly Invocation[] = [{}];

/** What became of the programs. */
export interface ProgramsResult {
  readonly same: number;
  readonly different: readonly string[];
  /** Programs that cannot be built against this release, or whose reference does not do what they need. */
  readonly unfit: readonly string[];
}

/** Runs all of them; WINE_LD_TREE_<ARCH> has to name the tree. */
export async function comparePrograms(
  arch: Arch,
  progress: (done: number, all: number) => void,
): Promise<ProgramsResult> {
  const all = cases
    .filter((testCase) => testCase.arches?.includes(arch) ?? true)
    .flatMap((testCase) =>
      (testCase.invocations ?? plain).map((invocation) => ({ testCase, invocation })),
    );
  const different: string[] = [];
  const unfit: string[] = [];
  for (const [index, { testCase, invocation }] of all.entries()) {
    progress(index + 1, all.length);
    const name = [testCase.name, invocation.label].filter(Boolean).join(": ");
    const allowedWays = invocation.options === undefined ? (invocation.ways ?? ways) : ["direct"];
    const allowedBindings = invocation.bindings ?? bindings;
    const way = allowedWays[index % allowedWays.length] === "interp" ? "interp" : "direct";
    const binding = allowedBindings[(index >> 1) % allowedBindings.length] ?? "lazy";
    try {
      const wrong = await compareInvocation(testCase, invocation, arch, way, binding);
      if (wrong?.startsWith("glibc's ld.so:")) unfit.push(`${name}: ${wrong}`);
      else if (wrong !== undefined) different.push(`${name} (${way}, ${binding}): ${wrong}`);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("building ")) throw error;
      unfit.push(error.message);
    }
  }
  return { same: all.length - different.length - unfit.length, different, unfit };
}
