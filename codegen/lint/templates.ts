/**
 * Every template is legal C (or assembly) and every hole is known and filled, for every ABI; no file of
 * the runtime has holes; every generated file says in its first line which command made it.
 */

import { compileQuery, queryNodes } from "../c-source.ts";
import { type Diagnostic, GenerationError } from "../diagnostic.ts";
import { emitGenerated, generatedBy } from "../emit/tree.ts";
import { selectRuntime } from "../select-runtime.ts";
import { TARGETS } from "../targets.ts";
import { at, type Project, type Rule } from "./rule.ts";

const ERRORS = compileQuery("(ERROR) @error");
const HOLES = compileQuery('((identifier) @hole (#match? @hole "^[$]"))');

/** Templates parse. */
export const legalTemplates: Rule = {
  name: "templates-are-legal-c",
  check: ({ templates }) =>
    templates.flatMap((source) =>
      queryNodes(ERRORS, source).map((node) => at(source, node, "this is not legal C")),
    ),
};

/** The runtime is no template. */
export const runtimeWithoutHoles: Rule = {
  name: "runtime-without-holes",
  check: ({ runtime }) =>
    runtime.flatMap((source) =>
      queryNodes(HOLES, source).map((node) =>
        at(source, node, `${node.text} is a hole, and this is no template`),
      ),
    ),
};

/** Everything can be generated for every ABI, and says where it comes from. */
export const generatedFiles: Rule = {
  name: "generated-files-name-their-command",
  check: (project) => project.abis.flatMap((abi) => checkGenerated(project, abi)),
};

function checkGenerated(
  { runtimeTree, templateTree }: Project,
  abi: Project["abis"][number],
): readonly Diagnostic[] {
  try {
    const { runtime, uses } = selectRuntime(abi, runtimeTree, templateTree);
    const target = TARGETS[abi.arch];
    const generated = emitGenerated({ abi, target, runtime, templates: templateTree, uses });
    return [...generated]
      .filter(([, text]) => !text.startsWith(`${generatedBy(abi)}\n`))
      .map(([path]) => ({
        path: `${abi.id}/${path}`,
        line: 1,
        message: "the first line does not name the command",
      }));
  } catch (error) {
    if (error instanceof GenerationError) return error.diagnostics;
    throw error;
  }
}
