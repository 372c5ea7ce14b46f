/** cpu_features_table.h: how this glibc keeps what it knows of the processor. */

import type { Abi, Field } from "../abi/model.ts";
import { element, enumerator, lines, row, stringLiteral } from "./c-text.ts";

/** The kinds of runtime/glibc/cpu/cpu_bits.h, by glibc's names. */
const KINDS = ["unknown", "intel", "amd", "zhaoxin", "hygon", "other"] as const;

/** Preferences that the runtime can judge (enum cpu_preference); all others are never set. */
const PREFERENCES: ReadonlySet<string> = new Set([
  "Fast_Rep_String",
  "Fast_Copy_Backward",
  "Slow_BSF",
  "Fast_Unaligned_Load",
  "Prefer_PMINUB_for_stringop",
  "Fast_Unaligned_Copy",
  "I586",
  "I686",
  "Slow_SSE4_2",
  "AVX_Fast_Unaligned_Load",
  "Prefer_MAP_32BIT_EXEC",
  "Prefer_No_VZEROUPPER",
  "Prefer_ERMS",
  "Prefer_No_AVX512",
  "MathVec_Prefer_No_AVX512",
  "Prefer_FSRM",
  "Avoid_Short_Distance_REP_MOVSB",
  "Avoid_Non_Temporal_Memset",
  "Avoid_STOSB",
  "Prefer_AVX2_STRCMP",
]);

/**
 * What glibc's lazy binding and TLS descriptors save beside the XSAVE area (bytes), and which states of XCR0. Since
 * descriptors save vector registers too, they have a slot in _rtld_global_ro that tells how.
 */
const SAVED = {
  bindingOnly: { registers: 64, states: 0xee },
  x86_64: { registers: 88, states: 0xe00ee },
  i386: { registers: 0, states: 0x6e },
} as const;

/** The holes of templates/cpu_features_table.h. */
export function cpuFeaturesTable(abi: Abi): Readonly<Record<string, string>> {
  const fields = fieldsOf(abi, "cpu_features");
  const globals = fieldsOf(abi, "rtld_global_ro");
  const savesForDescriptors = globals.some(({ name }) => name === "_dl_x86_tlsdesc_dynamic");
  const saved = savesForDescriptors ? SAVED[abi.arch] : SAVED.bindingOnly;
  const numbers = fields.filter(({ type }) => type.kind === "integer");
  return {
    facts: lines([
      enumerator("GLIBC_CPUID_COUNT", abi.cpuFeatureLeaves.length),
      enumerator("GLIBC_PREFERENCE_COUNT", abi.cpuPreferences.length),
      enumerator("GLIBC_CPU_NUMBER_COUNT", numbers.length),
      enumerator("GLIBC_REGISTER_AREA", saved.registers),
      enumerator("GLIBC_SAVED_STATES", `0x${saved.states.toString(16)}`),
      enumerator("GLIBC_SAVES_FOR_DESCRIPTORS", Number(savesForDescriptors)),
      enumerator("GLIBC_AVOIDS_STOSB", Number(abi.cpuPreferences.includes("Avoid_STOSB"))),
      enumerator("GLIBC_HAS_HWCAP_MASK", Number(hasTunable(abi, "glibc.cpu.hwcap_mask"))),
    ]),
    leaves: lines(abi.cpuFeatureLeaves.map(({ index }) => `CPUID_INDEX_${index},`)),
    kinds: lines(kindRows(abi)),
    // An array has at least one element.
    preferences: lines(
      abi.cpuPreferences.length === 0
        ? [row(stringLiteral(""), 0)]
        : abi.cpuPreferences.map(preferenceRow),
    ),
    numbers: lines(numbers.map(({ name, offset, size }) => row(stringLiteral(name), offset, size))),
  };
}

function fieldsOf(abi: Abi, struct: string): readonly Field[] {
  return abi.structs.find(({ name }) => name === struct)?.fields ?? [];
}

function hasTunable(abi: Abi, wanted: string): boolean {
  return abi.tunables.some(({ name }) => name === wanted);
}

/** 0, the number of `unknown`, stays where this glibc has no such kind. */
function kindRows(abi: Abi): readonly string[] {
  return KINDS.filter((kind) => abi.cpuKinds.includes(kind)).map((kind) =>
    element(`CPU_${kind.toUpperCase()}`, abi.cpuKinds.indexOf(kind)),
  );
}

function preferenceRow(name: string): string {
  const constant = `PREFER_${name.replace(/^Prefer_/, "").toUpperCase()}`;
  return row(stringLiteral(name), PREFERENCES.has(name) ? constant : 0);
}
