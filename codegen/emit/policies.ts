/** builtin_policies.h: the texts of templates/policies/. */

import type { SourceTree } from "../source-tree.ts";

const FILE = /^templates\/policies\/(\w+)\.policy$/;

/** The holes of templates/builtin_policies.h: an initialiser for each policy. */
export function builtinPolicies(templates: SourceTree): Readonly<Record<string, string>> {
  const policies = [...templates].flatMap(([path, text]) => {
    const name = FILE.exec(path)?.[1];
    return name === undefined ? [] : [`{"${name}",\n${cString(text)}},`];
  });
  return { policies: policies.join("\n") };
}

/** The lines that say something, as string literals that C joins. */
function cString(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trimEnd())
    .filter((line) => line !== "")
    .map((line) => ` ${JSON.stringify(`${line}\n`)}`)
    .join("\n");
}
