/** What is wrong with a source, and where: the one form in which the generator and the lint report. */

/** One complaint. `line` counts from 1; 0 stands for the file as a whole. */
export interface Diagnostic {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** `path:line: message`, as compilers print it. */
export function formatDiagnostic({ path, line, message }: Diagnostic): string {
  return line > 0 ? `${path}:${line}: ${message}` : `${path}: ${message}`;
}

/** Thrown when nothing can be generated; carries every complaint, not the first alone. */
export class GenerationError extends Error {
  override readonly name = "GenerationError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.diagnostics = diagnostics;
  }
}
