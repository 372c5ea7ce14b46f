/** The built-in policies as files, to read and to begin one's own with. */

/**
 * Their texts by name, from the source that has them as C strings. Pure.
 * @throws Error where the source no longer looks so
 */
export function policyFiles(source: string): ReadonlyMap<string, string> {
  const found = [...source.matchAll(/static const char (\w+)\[\] = ((?:\s*"(?:[^"\\]|\\.)*")+);/g)];
  if (found.length === 0) throw new Error("policy_builtin.c has no policies");
  return new Map(
    found.map(([, name = "", strings = ""]) => {
      const text = [...strings.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
        .map(([, part = ""]) => part)
        .join("");
      return [name, text.replaceAll("\\n", "\n")];
    }),
  );
}
