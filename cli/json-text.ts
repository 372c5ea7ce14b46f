/** Data as the text that `--json` prints. */

/** Indented, so that people can read it too. */
export function jsonText(data: unknown): string {
  return JSON.stringify(data, undefined, 2);
}
