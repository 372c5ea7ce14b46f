/**
 * No data that needs relocating in what runs before the linker has relocated itself: no static object
 * that holds an address, and no array of strings.
 */

import { compileQuery, type Node, queryNodes } from "../c-source.ts";
import { at, type Rule } from "./rule.ts";

const OBJECTS = compileQuery(`
  (translation_unit (declaration) @object)
  (function_definition (compound_statement (declaration (storage_class_specifier) @class) @object))
`);
/** A string that fills a character array is bytes; any other string is an address. */
const ADDRESSES = ["pointer_expression", "string_literal", "identifier"];

/** See the head of the file. */
export const bootstrapData: Rule = {
  name: "bootstrap-without-relocations",
  check: ({ runtime }) =>
    runtime
      .filter(({ path }) => /\/bootstrap[^/]*\.c$/.test(path))
      .flatMap((source) =>
        queryNodes(OBJECTS, source)
          .filter((node) => node.type === "declaration")
          .filter(needsRelocation)
          .map((node) =>
            at(source, node, "this object holds an address, which is not relocated yet"),
          ),
      ),
};

function needsRelocation(declaration: Node): boolean {
  return declaration.childrenForFieldName("declarator").some((declarator) => {
    const value = declarator.childForFieldName("value");
    if (value === null) return false;
    const isCharacters =
      value.type === "string_literal" &&
      declarator.childForFieldName("declarator")?.type === "array_declarator";
    return (
      !isCharacters &&
      (ADDRESSES.includes(value.type) || value.descendantsOfType(ADDRESSES).length > 0)
    );
  });
}
