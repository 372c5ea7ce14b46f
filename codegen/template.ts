/**
 * Templates: files of legal C or assembly in which an identifier that begins with `$` is a hole.
 *
 * A hole that has a line to itself (`$views;` or `$rows`) takes any number of lines, indented as the
 * hole is; a hole inside a line takes one line of text. There are no loops and no conditions.
 */

import { type Diagnostic, GenerationError } from "./diagnostic.ts";

/** What to put into the holes, by name without `$`. */
export type HoleValues = Readonly<Record<string, string>>;

const HOLE = /\$([a-z_][a-z0-9_]*)/g;
const WHOLE_LINE = /^([ \t]*)\$([a-z_][a-z0-9_]*);?[ \t]*$/;

/** The names of the holes of a template, each once. */
export function holesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(HOLE)].map((match) => match[1] ?? ""))];
}

/**
 * Fills every hole. A hole without a value, a value without a hole, and a value of several lines where
 * one fits are all reported, with the line of the template.
 */
export function fillTemplate(path: string, text: string, values: HoleValues): string {
  const complaints: Diagnostic[] = [];
  const used = new Set<string>();
  const filled = text.split("\n").map((line, index) => {
    const complain = (message: string) => complaints.push({ path, line: index + 1, message });
    const fill = (name: string): string => {
      used.add(name);
      const value = values[name];
      if (value === undefined) complain(`nothing fills the hole $${name}`);
      return value ?? "";
    };
    const whole = WHOLE_LINE.exec(line);
    if (whole) return indent(fill(whole[2] ?? ""), whole[1] ?? "");
    return line.replace(HOLE, (_, name: string) => {
      const value = fill(name);
      if (value.includes("\n")) complain(`$${name} is several lines and needs a line of its own`);
      return value;
    });
  });
  for (const name of Object.keys(values)) {
    if (!used.has(name)) complaints.push({ path, line: 0, message: `there is no hole $${name}` });
  }
  if (complaints.length > 0) throw new GenerationError(complaints);
  return filled.join("\n");
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : by + line))
    .join("\n");
}
