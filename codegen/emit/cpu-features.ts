/** cpu_features_table.h: which CPUID leaf each element of cpu_features.features[] holds. */

import type { Abi } from "../abi/model.ts";
import { enumerator, lines, row } from "./c-text.ts";

/** The holes of templates/cpu_features_table.h. */
export function cpuFeaturesTable(abi: Abi): Readonly<Record<string, string>> {
  const hex = (value: number) => `0x${value.toString(16)}`;
  return {
    indexes: lines(
      abi.cpuFeatureLeaves.map(({ index }, position) =>
        enumerator(`CPUID_INDEX_${index}`, position),
      ),
      enumerator("CPUID_INDEX_COUNT", abi.cpuFeatureLeaves.length),
    ),
    rows: lines(abi.cpuFeatureLeaves.map(({ leaf, subleaf }) => row(hex(leaf), hex(subleaf)))),
  };
}
