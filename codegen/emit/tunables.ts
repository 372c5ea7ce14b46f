/** tunables_table.h: the tunables of one glibc in id order (struct tunable of runtime/glibc/tunables.h). */

import type { Abi, Tunable } from "../abi/model.ts";
import { constant64, lines, row, stringLiteral } from "./c-text.ts";

const TYPES = {
  int32: "TUNABLE_INT32",
  uint64: "TUNABLE_UINT64",
  size: "TUNABLE_SIZE",
  string: "TUNABLE_STRING",
} as const;

const SECURITY = {
  "sxid-erase": "TUNABLE_SXID_ERASE",
  "sxid-ignore": "TUNABLE_SXID_IGNORE",
  none: "TUNABLE_SXID_NONE",
} as const;

/** The holes of templates/tunables_table.h. */
export function tunablesTable(abi: Abi): Readonly<Record<string, string>> {
  return { count: String(abi.tunables.length), rows: lines(abi.tunables.map(tunableRow)) };
}

function tunableRow(tunable: Tunable): string {
  const number = (decimal: string) => (tunable.type === "string" ? "0" : constant64(decimal));
  return row(
    `TUNABLE(${stringLiteral(tunable.name)})`,
    stringLiteral(tunable.environmentAlias ?? ""),
    TYPES[tunable.type],
    SECURITY[tunable.security],
    number(tunable.default),
    number(tunable.min),
    number(tunable.max),
  );
}
