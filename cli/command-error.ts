/** Errors that a command answers with a sentence and an exit status of its own. */

/** What a command cannot do, in a sentence for the person at the keyboard. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** Wrong usage of the command line. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";

  constructor(message: string) {
    super(message, 2);
  }
}
