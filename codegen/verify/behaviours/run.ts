/** Runs each behaviour under glibc's linker and under another, and compares what they say and how they end. */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { combined, type Difference, type Verdict } from "../check.ts";
import type { Probe } from "./program.ts";

/** The behaviours, as probe.c calls them. */
export const BEHAVIOURS: readonly string[] = [
  "dlopen",
  "dlvsym",
  "tls",
  "unwinding",
  "dlerror",
  "getcpu",
  "iconv",
  "getaddrinfo",
  "malloc",
  "fork",
  "audit",
];

/** Milliseconds; a behaviour takes some hundredth of it. */
const TIME_LIMIT = 120_000;

/** What is compared. */
export interface BehavioursRequest {
  readonly probe: Probe;
  readonly reference: string;
  readonly subject: string;
  /** Folders for LD_LIBRARY_PATH; empty: the system's. */
  readonly libraryPath: readonly string[];
}

/** Compares all behaviours; a difference names the behaviour and the first line that differs. */
export function verifyBehaviours(request: BehavioursRequest): Verdict {
  return combined(
    BEHAVIOURS.map((name) => {
      const expected = linesOf(request, request.reference, name);
      const found = linesOf(request, request.subject, name);
      const difference = firstDifference(name, expected, found);
      return { compared: 1, differences: difference === undefined ? [] : [difference] };
    }),
  );
}

/** The first line that differs; how the program ended counts as its last line. */
export function firstDifference(
  name: string,
  expected: readonly string[],
  found: readonly string[],
): Difference | undefined {
  const longest = Math.max(expected.length, found.length);
  for (let at = 0; at < longest; at++) {
    if (expected[at] === found[at]) continue;
    const said = (lines: readonly string[]) => `"${lines[at] ?? "nothing more"}"`;
    return { what: `behaviour ${name}`, expected: said(expected), found: said(found) };
  }
  return undefined;
}

function linesOf(
  { probe, libraryPath }: BehavioursRequest,
  linker: string,
  name: string,
): readonly string[] {
  const result = spawnSync(linker, [probe.program, name, probe.library], {
    cwd: dirname(probe.program),
    encoding: "latin1",
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
    env: {
      LC_ALL: "C",
      ...(libraryPath.length > 0 && { LD_LIBRARY_PATH: libraryPath.join(":") }),
      ...(name === "audit" && { LD_AUDIT: probe.auditor }),
    },
  });
  const end =
    result.error?.message ??
    (result.signal ? `died of ${result.signal}` : `ended with ${result.status}`);
  const said = (result.stdout + result.stderr).replaceAll(linker, "LD").split("\n");
  return [...said.filter((line) => line !== ""), end];
}
