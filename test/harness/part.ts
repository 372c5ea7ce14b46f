/**
 * How much of the suite is run: `WINE_LD_TEST_PART=4` runs a quarter, spread over everything, for a look at many
 * releases in little time.
 */
const parts = Number(process.env["WINE_LD_TEST_PART"] ?? 1);

/** Whether the test of this number belongs to the part that is run. */
export function isInPart(index: number): boolean {
  return index % parts === 0;
}

/** All of the choices, or when a part is asked for one that changes from `turn` to `turn`. */
export function choicesInPart<T>(choices: readonly T[], turn: number): readonly T[] {
  return parts === 1 ? choices : choices.filter((_, index) => index === turn % choices.length);
}
