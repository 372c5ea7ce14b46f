/**
 * The shape of a file: one comment at its top, functions that fit a screen, no conditional compilation
 * (a difference between architectures or glibc versions is data or a file), no unfinished marks.
 */

import { compileQuery, queryNodes } from "../c-source.ts";
import { at, type Rule } from "./rule.ts";

const FUNCTION_LINES = 40;
const FILE_LINES = 400;
const FUNCTIONS = compileQuery("(function_definition) @function");
const ALLOWED_CONDITION = /^#ifndef WINE_LD(_\w+)?_H$|^#ifdef __cplusplus$/;
const CONDITION = "conditional compilation: make it data, or a file of its own";
const COMMENTS = compileQuery("(comment) @comment");
const MARKS = /\b(?:TODO|FIXME|XXX|HACK)\b/;

/** Short functions in short files. */
export const length: Rule = {
  name: "length",
  check: ({ runtime }) =>
    runtime.flatMap((source) => [
      ...queryNodes(FUNCTIONS, source)
        .map((node) => ({ node, lines: node.endPosition.row - node.startPosition.row + 1 }))
        .filter(({ lines }) => lines > FUNCTION_LINES)
        .map(({ node, lines }) =>
          at(source, node, `a function of ${lines} lines (at most ${FUNCTION_LINES})`),
        ),
      ...(source.text.split("\n").length > FILE_LINES + 1
        ? [
            at(
              source,
              source.root,
              `more than ${FILE_LINES} lines: this file holds more than one concept`,
            ),
          ]
        : []),
    ]),
};

/** No conditional compilation but include guards, and what lets C++ include a public header. */
export const conditions: Rule = {
  name: "no-conditional-compilation",
  check: ({ runtime, templates }) =>
    [...runtime, ...templates].flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) =>
          /^\s*#\s*(if|el)/.test(line) && !ALLOWED_CONDITION.test(line)
            ? [{ path, line: index + 1, message: CONDITION }]
            : [],
        ),
    ),
};

/** A comment at the top says what the file knows. */
export const topComment: Rule = {
  name: "comment-at-the-top",
  check: ({ runtime, templates }) =>
    [...runtime, ...templates]
      .filter(({ text }) => !text.startsWith("/*"))
      .map((source) => at(source, source.root, "no comment at the top")),
};

/** Nothing is left for later. */
export const unfinished: Rule = {
  name: "no-unfinished-marks",
  check: ({ runtime, templates }) =>
    [...runtime, ...templates].flatMap((source) =>
      queryNodes(COMMENTS, source)
        .filter(({ text }) => MARKS.test(text))
        .map((node) => at(source, node, "an unfinished mark")),
    ),
};
