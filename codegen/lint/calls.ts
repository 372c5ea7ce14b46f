/** No call to a function that nobody declares: it would be one of libc's. */

import { type CSource, compileQuery, queryNodes } from "../c-source.ts";
import { Declarations } from "../c-types.ts";
import { at, type Project, type Rule } from "./rule.ts";

const CALLEES = compileQuery("(call_expression function: (identifier) @callee)");
const LOCAL_NAMES = compileQuery(`
  (parameter_declaration declarator: (_) @name)
  (function_definition body: (compound_statement (declaration declarator: (_) @name)))
`);
/** Parts of the language, as compilers provide them. */
const BUILT_IN =
  /^(?:__builtin_|__atomic_|__sync_|_Static_assert$|__asm__$|va_(?:start|end|arg|copy)$)|^U?INT(?:8|16|32|64|MAX)_C$/;

/** See the head of the file. */
export const calls: Rule = {
  name: "declared-calls",
  check: (project) => {
    const shared = sharedDeclarations(project);
    return project.runtime.flatMap((source) => {
      const own = new Declarations();
      own.add(source);
      const local = localNames(source);
      return queryNodes(CALLEES, source)
        .filter(({ text }) => !BUILT_IN.test(text) && !local.has(text))
        .filter(({ text }) => !isDeclared(own, text) && !isDeclared(shared, text))
        .map((node) => at(source, node, `${node.text} is declared nowhere in the project`));
    });
  },
};

function sharedDeclarations(project: Project): Declarations {
  const shared = new Declarations();
  for (const source of [...project.runtime, ...project.templates]) {
    if (source.path.endsWith(".h")) shared.add(source);
  }
  return shared;
}

function isDeclared(declarations: Declarations, name: string): boolean {
  return (
    declarations.values.has(name) ||
    declarations.functionMacros.has(name) ||
    declarations.macros.has(name)
  );
}

/** Names of parameters and locals: pointers to functions are called through them. */
function localNames(source: CSource): ReadonlySet<string> {
  return new Set(
    queryNodes(LOCAL_NAMES, source).flatMap((node) => [
      node.text,
      ...node.descendantsOfType("identifier").map(({ text }) => text),
    ]),
  );
}
