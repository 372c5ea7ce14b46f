/** Orders glibc versions: `2.9` before `2.36`. Negative, zero or positive, as a sort function has it. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  const differing = left.findIndex((part, index) => part !== (right[index] ?? 0));
  if (differing < 0) return left.length - right.length;
  return (left[differing] ?? 0) - (right[differing] ?? 0);
}
