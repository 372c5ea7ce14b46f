/** The emitted files of an ABI, from runtime/ and templates/ on disk. */

import { join } from "node:path";
import type { Abi } from "./abi/model.ts";
import { emitGenerated, emitTree, type TreeInput } from "./emit/tree.ts";
import { selectRuntime } from "./select-runtime.ts";
import { prefixTree, readTree, type SourceTree } from "./source-tree.ts";
import { TARGETS } from "./targets.ts";
import type { Uses } from "./uses.ts";

/** The whole tree of an ABI. */
export function emittedFiles(root: string, abi: Abi): SourceTree {
  return emitTree(treeInput(root, abi));
}

/** The generated files alone, without the runtime. */
export function generatedFiles(root: string, abi: Abi): SourceTree {
  return emitGenerated(treeInput(root, abi));
}

/** What the runtime uses of an ABI, for those who compare ABIs. */
export function runtimeUses(root: string, abi: Abi): Uses {
  return treeInput(root, abi).uses;
}

function treeInput(root: string, abi: Abi): TreeInput {
  const runtime = prefixTree(readTree(join(root, "runtime"), [".c", ".h", ".S"]), "runtime");
  const templates = prefixTree(readTree(join(root, "templates")), "templates");
  const selection = selectRuntime(abi, runtime, templates);
  return {
    abi,
    target: TARGETS[abi.arch],
    runtime: selection.runtime,
    templates,
    uses: selection.uses,
  };
}
