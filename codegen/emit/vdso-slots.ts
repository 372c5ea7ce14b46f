/** vdso_slots.h: the fields of _rtld_global_ro that hold functions of the vdso. */

import type { Abi } from "../abi/model.ts";
import type { FieldUse } from "../uses.ts";
import { lines, row, stringLiteral } from "./c-text.ts";

const STRUCT = "rtld_global_ro";

/** The fields that the table refers to, as uses of them. */
export function vdsoSlotUses(abi: Abi): readonly FieldUse[] {
  return abi.vdsoSlots.map(({ field }) => ({
    struct: STRUCT,
    field,
    path: "templates/vdso_slots.h",
    line: 0,
  }));
}

/** The holes of templates/vdso_slots.h. */
export function vdsoSlotsTable(abi: Abi): Readonly<Record<string, string>> {
  return {
    count: String(abi.vdsoSlots.length),
    rows: lines(
      abi.vdsoSlots.map(({ field, symbol, version }) =>
        row(`offsetof(struct ${STRUCT}, ${field})`, stringLiteral(symbol), stringLiteral(version)),
      ),
    ),
  };
}
