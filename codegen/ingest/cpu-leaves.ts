/** The leaves of glibc's cpu-features array, from the names of its index enumeration. */
import type { CpuFeatureLeaf } from "../abi/model.ts";
import type { Enumerator } from "./enumerators.ts";

/** Matches an enumerator of the index enumeration (glibc 2.31 put a COMMON_ in front). */
export const CPUID_INDEX = /^(?:COMMON_)?CPUID_INDEX_(?!MAX$)([0-9A-F]+)(?:_ECX_([0-9A-F]+))?$/;

/**
 * The leaves in the order of the array. All numbers in the names are hexadecimal.
 * @throws Error when the enumeration does not count 0, 1, 2, …
 */
export function cpuFeatureLeaves(enumerators: readonly Enumerator[]): readonly CpuFeatureLeaf[] {
  return enumerators
    .flatMap(({ name, value }) => {
      const match = CPUID_INDEX.exec(name);
      return match ? [{ match, value }] : [];
    })
    .map(({ match, value }, position) => {
      if (value !== position) throw new Error(`${match[0]} is ${value}, expected ${position}`);
      return {
        index: match[0].replace(/^(?:COMMON_)?CPUID_INDEX_/, ""),
        leaf: Number.parseInt(match[1] ?? "", 16),
        subleaf: Number.parseInt(match[2] ?? "0", 16),
      };
    });
}
