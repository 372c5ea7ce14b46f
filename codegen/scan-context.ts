/** What a search for uses has to know of an ABI and of the headers that all files see. */

import type { Abi, Struct } from "./abi/model.ts";
import type { Declarations } from "./c-types.ts";
import { EXTENDED_DEBUG } from "./emit/data-objects.ts";

/** The only folder whose files may name glibc's structs. */
export const GLIBC_FOLDER = "runtime/glibc/";
/** The part of it that an ABI may leave out. */
export const OPTIONAL_FOLDER = "runtime/glibc/optional/";

/** Everything that is the same for all files of one ABI. */
export class ScanContext {
  readonly abi: Abi;
  readonly structs: ReadonlyMap<string, Struct>;
  readonly shared: Declarations;
  readonly exported: ReadonlySet<string>;
  /** Which structs have a field of a given name. */
  readonly owners = new Map<string, string[]>();

  constructor(abi: Abi, shared: Declarations) {
    this.abi = abi;
    this.shared = shared;
    this.structs = new Map(abi.structs.map((struct) => [struct.name, struct]));
    const extended = this.structs.has(EXTENDED_DEBUG.struct) ? [EXTENDED_DEBUG.name] : [];
    this.exported = new Set([...abi.exports.map(({ name }) => name), ...extended]);
    for (const struct of abi.structs) {
      for (const { name } of struct.fields) {
        this.owners.set(name, [...(this.owners.get(name) ?? []), struct.name]);
      }
    }
  }
}
