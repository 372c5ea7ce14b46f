/** Placements of the textbooks, in the language of policies. Pure. */

const SPACE = ["arch i386", "stack 16M", "zone all 1M stack", "break kernel 32M"];
/** The classes of buddies: powers of two from a page to 1 GiB. */
const CLASSES = Array.from({ length: 19 }, (_, at) => 4096 * 2 ** at);

const policy = (...rules: readonly string[]): string => [...SPACE, ...rules, ""].join("\n");

/** The texts, by name. */
export const textbookPolicies: Readonly<Record<string, string>> = {
  "first fit": policy("place any in all bottom"),
  "best fit": policy("place any in all bottom best"),
  // The same from the upper end; and with the room below the stack left for the last.
  "best, top": policy("place any in all top best"),
  "best, gap last": policy(
    ...["zone below 1M kernel", "zone gap kernel stack", "place any in below,gap top best"],
  ),
  "two-ended": policy("place any below 1M in all top", "place any in all bottom"),
  // Aligned as buddies are, in the smallest hole; what their sizes are rounded up by is left to others.
  buddy: policy(
    ...CLASSES.map(
      (size) => `place any from ${size / 2 + 1} below ${size + 1} in all bottom best align ${size}`,
    ),
    "place any in all bottom best",
  ),
};
