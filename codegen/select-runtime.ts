/** The runtime as one ABI gets it: all of its files but the optional ones that do not fit. Pure. */

import type { Abi } from "./abi/model.ts";
import { parseC } from "./c-source.ts";
import { Declarations } from "./c-types.ts";
import { type Diagnostic, GenerationError } from "./diagnostic.ts";
import { whyIdle } from "./idle-fields.ts";
import { OPTIONAL_FOLDER, ScanContext } from "./scan-context.ts";
import type { SourceTree } from "./source-tree.ts";
import { isTemplateOf, TARGETS } from "./targets.ts";
import { scanFile } from "./used-fields.ts";
import type { Uses } from "./uses.ts";
import { describeRange, isInRange, versionRange } from "./version-range.ts";

/** A runtime as one ABI gets it. */
export interface Selection {
  readonly runtime: SourceTree;
  readonly uses: Uses;
  /** Files of runtime/glibc/optional/ that use what this ABI lacks, each with the first such thing. */
  readonly leftOut: readonly Diagnostic[];
  /** Those of them without which something that this glibc has is used by nobody. */
  readonly unused: readonly UnusedPart[];
}

/** What an ABI has and only an optional file uses that does not fit it. */
export interface UnusedPart {
  /** Fields, e.g. `rtld_global_ro._dl_error_free`. */
  readonly names: readonly string[];
  readonly reason: Diagnostic;
}

/**
 * Finds what the runtime uses and leaves out the optional files that do not fit the ABI. Anything else
 * that the ABI lacks is an error that names it, the ABI and the place.
 */
export function selectRuntime(abi: Abi, runtime: SourceTree, templates: SourceTree): Selection {
  const isC = ([path]: readonly [string, string]) => /\.[ch]$/.test(path);
  const sources = [...runtime].filter(isC).map(([path, text]) => parseC(path, text));
  const surroundings = [...templates]
    .filter(isC)
    .filter(([path]) => isTemplateOf(TARGETS[abi.arch], path))
    .map(([path, text]) => parseC(path, text));
  const shared = new Declarations();
  for (const source of [...surroundings, ...sources]) {
    if (source.path.endsWith(".h")) shared.add(source);
  }
  const context = new ScanContext(abi, shared);
  const scanned = sources.map((source) => ({ source, found: scanFile(context, source) }));
  const complaints = [
    ...[...runtime].flatMap(([path, text]) => outOfRange(abi, path, text)),
    ...scanned.flatMap(({ found }) => found.complaints),
  ];
  const leftOut = complaints.filter(({ path }) => path.startsWith(OPTIONAL_FOLDER));
  const errors = complaints.filter(({ path }) => !path.startsWith(OPTIONAL_FOLDER));
  if (errors.length > 0) throw new GenerationError(errors);
  const absent = new Set(leftOut.map(({ path }) => path));
  const kept = scanned.filter(({ source }) => !absent.has(source.path));
  const reasons = [...new Map(leftOut.map((one) => [one.path, one])).values()];
  const used = new Set(kept.flatMap(({ found }) => namesOf(found)));
  const unused = reasons
    .filter(
      ({ path, line }) =>
        !(line === 1 && outOfRange(abi, path, runtime.get(path) ?? "").length > 0),
    )
    .map((reason) => ({
      reason,
      names: scanned
        .filter(({ source }) => source.path === reason.path)
        .flatMap(({ found }) => namesOf(found))
        .filter((name) => !used.has(name)),
    }));
  return {
    runtime: new Map([...runtime].filter(([path]) => !absent.has(path))),
    uses: {
      fields: kept.flatMap(({ found }) => found.fields),
      structs: kept.flatMap(({ found }) => found.structs),
      objects: kept.flatMap(({ found }) => found.objects),
      definitions: kept.flatMap(({ found }) => found.definitions),
      ownStructs: new Set(kept.flatMap(({ found }) => [...found.ownStructs])),
    },
    leftOut: reasons,
    unused: unused
      .filter(({ names }) => names.length > 0)
      .map(({ names, reason }) => ({ names: [...new Set(names)].sort(), reason })),
  };
}

/**
 * The selection in short: how many files are left out, and, each in a line, what this glibc may miss because of
 * that. `wine-ld abi show ID --files` says which they are.
 */
export function describeSelection(abi: Abi, { leftOut, unused }: Selection): readonly string[] {
  const missed = unused.flatMap(({ names, reason }) => {
    const live = names.filter((name) => whyIdle(abi.version, name) === undefined);
    const place = `${reason.path}:${reason.line}`;
    return live.length === 0
      ? []
      : [`NOTHING USES ${live.join(", ")}: ${place} is left out, ${reason.message}`];
  });
  return [`${leftOut.length} optional files are for other glibcs`, ...missed];
}

/** Every file that is left out, and why; below it what nothing uses then, and why that is right. */
export function describeFiles(abi: Abi, { leftOut, unused }: Selection): readonly string[] {
  return leftOut.flatMap(({ path, line, message }) => [
    `${path}:${line} is left out, ${message}`,
    ...unused
      .filter(({ reason }) => reason.path === path)
      .flatMap(({ names }) => names)
      .map(
        (name) => `  nothing uses ${name}: ${whyIdle(abi.version, name) ?? "NO REASON IS KNOWN"}`,
      ),
  ]);
}

/** The fields of glibc's structs that a file uses. */
function namesOf({ fields }: Pick<Uses, "fields">): readonly string[] {
  return fields.map(({ struct, field }) => `${struct}.${field}`);
}

/** The complaint about an optional file whose first line names other versions of glibc. */
function outOfRange({ id, version }: Abi, path: string, text: string): readonly Diagnostic[] {
  if (!path.startsWith(OPTIONAL_FOLDER)) return [];
  try {
    const range = versionRange(text);
    if (range === undefined || isInRange(range, version)) return [];
    return [{ path, line: 1, message: `is for glibc ${describeRange(range)}, not ${id}` }];
  } catch (error) {
    throw new GenerationError([{ path, line: 1, message: (error as Error).message }]);
  }
}
