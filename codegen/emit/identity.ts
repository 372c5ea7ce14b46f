/** glibc_identity.h: which builds of glibc this linker is for, and the behaviours of that version. */

import type { Abi } from "../abi/model.ts";
import { compareVersions } from "../glibc-version.ts";
import { define, lines, row } from "./c-text.ts";

/** Something that changed between glibc versions and left no trace in structs, symbols or tunables. */
interface Behaviour {
  readonly macro: string;
  /** First version that behaves so; absent: all up to `last`. */
  readonly first?: string;
  /** Last version that behaves so; absent: all from `first`. */
  readonly last?: string;
}

const BEHAVIOURS: readonly Behaviour[] = [
  // Libraries are also searched in folders named after hwcap bits and the platform (NEWS of glibc 2.37).
  { macro: "GLIBC_LEGACY_HWCAPS", last: "2.36" },
  // mremap is written in C, and refuses flags that it does not know (ingested builds of 2.36; glibc's BZ 31968).
  { macro: "GLIBC_CHECKS_REMAP_FLAGS", first: "2.35" },
];

/** The holes of templates/abi.h. */
export function identity(abi: Abi): Readonly<Record<string, string>> {
  const bytes = (id: string) => (id.match(/../g) ?? []).map((byte) => `0x${byte}`);
  const ids = [...abi.builds.map(({ libcBuildId }) => libcBuildId), ...(abi.relatives ?? [])];
  return {
    id: abi.id,
    version: abi.version,
    behaviours: lines(
      BEHAVIOURS.map((behaviour) =>
        define(behaviour.macro, behaves(abi.version, behaviour) ? 1 : 0),
      ),
    ),
    count: String(ids.length),
    build_id_size: String(Math.max(1, ...ids.map((id) => id.length / 2))),
    rows: lines(ids.map((id) => row(...bytes(id)))),
  };
}

function behaves(version: string, { first, last }: Behaviour): boolean {
  return (
    (first === undefined || compareVersions(version, first) >= 0) &&
    (last === undefined || compareVersions(version, last) <= 0)
  );
}
