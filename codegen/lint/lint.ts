/** All rules over the C sources, and reading what they look at. */

import { join } from "node:path";
import { allAbis } from "../abi/index.ts";
import { type CSource, parseC } from "../c-source.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { prefixTree, readTree, type SourceTree } from "../source-tree.ts";
import { bootstrapData } from "./bootstrap-data.ts";
import { calls } from "./calls.ts";
import { floatingPoint } from "./floating-point.ts";
import { glibcStructs } from "./glibc-structs.ts";
import { layers } from "./layers.ts";
import { mmapCalls } from "./mmap-calls.ts";
import type { Project, Rule } from "./rule.ts";
import { conditions, length, topComment, unfinished } from "./shape.ts";
import { generatedFiles, legalTemplates, runtimeWithoutHoles } from "./templates.ts";

/** Every rule. */
export const RULES: readonly Rule[] = [
  calls,
  mmapCalls,
  glibcStructs,
  layers,
  bootstrapData,
  floatingPoint,
  legalTemplates,
  runtimeWithoutHoles,
  generatedFiles,
  length,
  conditions,
  topComment,
  unfinished,
];

/** A complaint and the rule that it comes from. */
export interface Finding extends Diagnostic {
  readonly rule: string;
}

/** Reads the project below `root`. */
export function readProject(root: string): Project {
  return projectOf(
    prefixTree(readTree(join(root, "runtime"), [".c", ".h"]), "runtime"),
    prefixTree(readTree(join(root, "templates")), "templates"),
    allAbis,
  );
}

/** Parses what rules look at. */
export function projectOf(
  runtimeTree: SourceTree,
  templateTree: SourceTree,
  abis: Project["abis"],
): Project {
  return {
    runtimeTree,
    templateTree,
    runtime: parseAll(runtimeTree),
    templates: parseAll(templateTree),
    abis,
  };
}

/** Holds every rule against a project. */
export function lint(project: Project, rules: readonly Rule[] = RULES): readonly Finding[] {
  return rules.flatMap((rule) =>
    rule.check(project).map((found) => ({ ...found, rule: rule.name })),
  );
}

function parseAll(tree: SourceTree): readonly CSource[] {
  return [...tree]
    .filter(([path]) => /\.[ch]$/.test(path))
    .map(([path, text]) => parseC(path, text));
}
