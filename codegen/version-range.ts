/**
 * The first line of an optional file that fields and exports cannot place: the glibc versions it is for, as
 * data. The range `2.41-` means from 2.41 on, `2.35-2.40` includes both, `-2.34` means up to. Pure.
 */

import { compareVersions } from "./glibc-version.ts";

/** Versions of glibc, both ends included; an absent end is open. */
export interface VersionRange {
  readonly from?: string;
  readonly to?: string;
}

const MARK = /^\/\* glibc: (\d+\.\d+)?-(\d+\.\d+)? \*\/\n/;

/** The range that a file's first line names; `undefined`: it names none. Throws on a line that is neither. */
export function versionRange(text: string): VersionRange | undefined {
  if (!text.startsWith("/* glibc:")) return undefined;
  const match = MARK.exec(text);
  if (match === null || (match[1] === undefined && match[2] === undefined)) {
    throw new SyntaxError("the first line is not `/* glibc: [FROM]-[TO] */`");
  }
  return {
    ...(match[1] !== undefined && { from: match[1] }),
    ...(match[2] !== undefined && { to: match[2] }),
  };
}

/** Whether a version lies in the range. */
export function isInRange({ from, to }: VersionRange, version: string): boolean {
  return (
    (from === undefined || compareVersions(version, from) >= 0) &&
    (to === undefined || compareVersions(version, to) <= 0)
  );
}

/** `2.41 and later`, `2.35 to 2.40`, `2.34 and earlier`. */
export function describeRange({ from, to }: VersionRange): string {
  if (to === undefined) return `${from} and later`;
  return from === undefined ? `${to} and earlier` : `${from} to ${to}`;
}
