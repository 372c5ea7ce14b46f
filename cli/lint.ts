/** `wine-ld lint`: the project's rules over its C sources. */

import { formatDiagnostic } from "../codegen/diagnostic.ts";
import { drawLayers } from "../codegen/lint/layers.ts";
import { type Finding, lint, readProject } from "../codegen/lint/lint.ts";
import { projectRoot } from "./project-root.ts";

/** Prints the layers of the runtime and which of them include which. */
export function showLayers(): number {
  process.stdout.write(`${drawLayers(readProject(projectRoot).runtimeTree)}\n`);
  return 0;
}

/** Prints every finding; 1 when there is one. */
export function lintProject(): number {
  const findings = lint(readProject(projectRoot));
  for (const finding of findings) process.stdout.write(`${describe(finding)}\n`);
  return findings.length > 0 ? 1 : 0;
}

function describe(finding: Finding): string {
  return `${formatDiagnostic(finding)} [${finding.rule}]`;
}
