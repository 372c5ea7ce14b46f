/** What a rule over the C sources is, and what it gets to see. Rules are pure. */

import type { Abi } from "../abi/model.ts";
import { type CSource, lineOf, type Node } from "../c-source.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { SourceTree } from "../source-tree.ts";

/** Everything that rules look at. Paths begin with `runtime/` and `templates/`. */
export interface Project {
  readonly runtime: readonly CSource[];
  /** Templates that are C: .h and .c. */
  readonly templates: readonly CSource[];
  readonly runtimeTree: SourceTree;
  readonly templateTree: SourceTree;
  readonly abis: readonly Abi[];
}

/** One rule of the project. */
export interface Rule {
  readonly name: string;
  readonly check: (project: Project) => readonly Diagnostic[];
}

/** A complaint about a node. */
export function at(source: CSource, node: Node, message: string): Diagnostic {
  return { path: source.path, line: lineOf(node), message };
}
