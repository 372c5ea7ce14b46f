/** reloc_kinds.h: what each relocation type of the architecture means, and its name. */

import type { Target } from "../targets.ts";
import { element, lines, stringLiteral } from "./c-text.ts";

/** The holes of templates/reloc_kinds.h. */
export function relocationTables({ relocations }: Target): Readonly<Record<string, string>> {
  return {
    kinds: lines(relocations.map(({ type, kind }) => element(type, kind))),
    names: lines(relocations.map(({ type, name }) => element(type, stringLiteral(name)))),
    name_size: String(1 + Math.max(...relocations.map(({ name }) => name.length))),
  };
}
