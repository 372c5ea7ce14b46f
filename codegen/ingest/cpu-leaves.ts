/** What glibc knows of processors, from the names of its enumerations. */
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

/** Matches an enumerator of the kinds of processors. */
export const CPU_KIND = /^arch_kind_(.+)$/;

/** Matches an enumerator of the preferences; its value is the bit. */
export const CPU_PREFERENCE = /^_bitindex_arch_(.+)$/;

/**
 * What `pattern` captures of each enumerator, in the order of the values.
 * @throws Error when the enumeration does not count 0, 1, 2, …
 */
export function countedNames(
  enumerators: readonly Enumerator[],
  pattern: RegExp,
): readonly string[] {
  return enumerators
    .flatMap(({ name, value }) => {
      const match = pattern.exec(name);
      return match?.[1] === undefined ? [] : [{ name: match[1], value }];
    })
    .map(({ name, value }, position) => {
      if (value !== position) throw new Error(`${name} is ${value}, expected ${position}`);
      return name;
    });
}
