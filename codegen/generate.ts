/** The emitted files of an ABI, from runtime/ and templates/ on disk. */

import { join } from "node:path";
import type { Abi } from "./abi/model.ts";
import { emitGenerated, emitTree, type TreeInput } from "./emit/tree.ts";
import { type Selection, selectRuntime } from "./select-runtime.ts";
import { prefixTree, readTree, type SourceTree } from "./source-tree.ts";
import { TARGETS } from "./targets.ts";
import type { Uses } from "./uses.ts";

/** The whole tree of an ABI. */
export function emittedFiles(root: string, abi: Abi): SourceTree {
  return emittedTree(root, abi).files;
}

/** The whole tree of an ABI, and what was selected for it. */
export function emittedTree(
  root: string,
  abi: Abi,
): { readonly files: SourceTree; readonly selection: Selection } {
  const { runtime, templates, selection } = selected(root, abi);
  const { uses } = selection;
  const files = emitTree({ abi, target: TARGETS[abi.arch], runtime, templates, uses });
  return { files, selection };
}

/** Which files of the runtime fit an ABI, and which do not. */
export function runtimeSelection(root: string, abi: Abi): Selection {
  return selected(root, abi).selection;
}

/** The generated files alone, without the runtime. */
export function generatedFiles(root: string, abi: Abi): SourceTree {
  return emitGenerated(treeInput(root, abi));
}

/** What the runtime uses of an ABI, for those who compare ABIs. */
export function runtimeUses(root: string, abi: Abi): Uses {
  return treeInput(root, abi).uses;
}

interface Selected {
  readonly runtime: SourceTree;
  readonly templates: SourceTree;
  readonly selection: Selection;
}

function selected(root: string, abi: Abi): Selected {
  const runtime = prefixTree(readTree(join(root, "runtime"), [".c", ".h", ".S"]), "runtime");
  const templates = prefixTree(readTree(join(root, "templates")), "templates");
  const selection = selectRuntime(abi, runtime, templates);
  return { runtime: selection.runtime, templates, selection };
}

function treeInput(root: string, abi: Abi): TreeInput {
  const { runtime, templates, selection } = selected(root, abi);
  return { abi, target: TARGETS[abi.arch], runtime, templates, uses: selection.uses };
}
