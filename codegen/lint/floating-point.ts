/** No floating point: its registers hold the arguments of a call that is being bound. */

import { compileQuery, queryNodes } from "../c-source.ts";
import { at, type Rule } from "./rule.ts";

const FLOATING = compileQuery(`
  ((primitive_type) @type (#match? @type "^(float|double)$"))
  ((type_identifier) @type (#match? @type "^(_Float|__float|__m(64|128|256|512))"))
  ((number_literal) @number (#match? @number "^[0-9']*[.]|^[0-9]+[eE]|^0[xX].*[pP.]"))
`);

/** See the head of the file. */
export const floatingPoint: Rule = {
  name: "no-floating-point",
  check: ({ runtime, templates }) =>
    [...runtime, ...templates].flatMap((source) =>
      queryNodes(FLOATING, source).map((node) =>
        at(source, node, `${node.text} is floating point`),
      ),
    ),
};
