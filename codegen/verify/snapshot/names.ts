/**
 * Addresses -> names that do not depend on where things were mapped, so that two runs can be compared.
 * Knows which areas a process has; knows no struct.
 */
import type { Mapping } from "./file.ts";

/** An area with a name of its own. The first area that holds an address names it. */
export interface Area {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether the distance from the start means something in another run (not: another build of ld.so). */
  readonly exact: boolean;
}

/** Turns an address into its name; undefined when nothing is there. */
export type Namer = (address: number) => string | undefined;

/** Names an address by the first of the areas that holds it. */
export function namerOf(areas: readonly Area[]): Namer {
  return (address) => {
    const area = areas.find(({ start, end }) => address >= start && address < end);
    if (!area) return undefined;
    const distance = address - area.start;
    return area.exact && distance !== 0 ? `${area.name}+0x${distance.toString(16)}` : area.name;
  };
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The areas of the mappings of one file, each under the same name. */
export function fileAreas(
  mappings: readonly Mapping[],
  path: string,
  name: (mapping: Mapping) => string,
): readonly Area[] {
  return mappings
    .filter((mapping) => mapping.path === path)
    .map((mapping) => ({
      name: name(mapping),
      start: mapping.start,
      end: mapping.end,
      exact: false,
    }));
}

/** The stack, counted from the stack pointer at entry: what is above it was put there by the kernel. */
export function stackName(address: number, stackPointer: number): string {
  const distance = address - stackPointer;
  return distance < 0 ? "stack below entry" : `stack+0x${distance.toString(16)}`;
}
