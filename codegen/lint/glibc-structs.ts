/** No glibc struct outside runtime/glibc/: not by tag, not by its header. */

import { compileQuery, queryNodes } from "../c-source.ts";
import { at, type Rule } from "./rule.ts";

const TAGS = compileQuery(`
  (struct_specifier name: (type_identifier) @tag)
  (union_specifier name: (type_identifier) @tag)
`);
const OWN_TAGS = compileQuery(`
  (struct_specifier name: (type_identifier) @tag body: (_))
  (union_specifier name: (type_identifier) @tag body: (_))
`);
const LAYOUT = compileQuery(
  '((preproc_include path: (string_literal) @path) (#match? @path "glibc_layout.h|vdso_slots.h"))',
);

/** See the head of the file. */
export const glibcStructs: Rule = {
  name: "glibc-structs-in-glibc",
  check: ({ runtime, abis }) => {
    const own = new Set(
      runtime.flatMap((source) => queryNodes(OWN_TAGS, source).map(({ text }) => text)),
    );
    const foreign = new Set(abis.flatMap(({ structs }) => structs.map(({ name }) => name)));
    return runtime
      .filter(({ path }) => !path.startsWith("runtime/glibc/"))
      .flatMap((source) => [
        ...queryNodes(TAGS, source)
          .filter(({ text }) => foreign.has(text) && !own.has(text))
          .map((node) =>
            at(source, node, `struct ${node.text} is glibc's: only runtime/glibc/ may know it`),
          ),
        ...queryNodes(LAYOUT, source).map((node) =>
          at(source, node, `${node.text} is for runtime/glibc/ alone`),
        ),
      ]);
  },
};
