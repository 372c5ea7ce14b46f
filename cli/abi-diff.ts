/** `wine-ld abi diff`: what moved between two glibcs, and which files of the runtime it concerns. */

import type { Abi } from "../codegen/abi/model.ts";
import { GenerationError } from "../codegen/diagnostic.ts";
import { describeDiff, diffAbis } from "../codegen/diff.ts";
import { runtimeUses } from "../codegen/generate.ts";
import type { FieldUse } from "../codegen/uses.ts";
import { projectRoot } from "./project-root.ts";

/** The differences as text; `onlyUsed` leaves out the fields that the runtime does not use. */
export function abiDiff(before: Abi, after: Abi, onlyUsed: boolean): string {
  return describeDiff(diffAbis(before, after, usesOf(before)), onlyUsed);
}

/** A runtime that does not fit the older ABI still has a difference worth printing, without places. */
function usesOf(abi: Abi): readonly FieldUse[] {
  try {
    return runtimeUses(projectRoot, abi).fields;
  } catch (error) {
    if (error instanceof GenerationError) return [];
    throw error;
  }
}
