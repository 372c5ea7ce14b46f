/** cpu_features_table.h: which CPUID leaf each element of glibc's array of leaves holds. */

import type { Abi } from "../abi/model.ts";
import { enumerator, lines } from "./c-text.ts";

/** The holes of templates/cpu_features_table.h. */
export function cpuFeaturesTable(abi: Abi): Readonly<Record<string, string>> {
  return {
    count: lines([enumerator("GLIBC_CPUID_COUNT", abi.cpuFeatureLeaves.length)]),
    rows: lines(abi.cpuFeatureLeaves.map(({ index }) => `CPUID_INDEX_${index},`)),
  };
}
