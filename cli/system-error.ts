/** Errors of the system as sentences: what it is, and what to do. Pure. */

import { CommandError } from "./command-error.ts";

/** What each means and what helps. */
const MEANINGS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  EACCES: ["permission denied", "try it as root (sudo), or with another file or folder"],
  EPERM: ["not permitted", "try it as root (sudo), or with another file or folder"],
  EROFS: ["on a file system that is read-only", "name a place that can be written to"],
  ENOSPC: ["no space left", "make room there, or name a place on another disk"],
  EDQUOT: ["your share of the disk is used up", "make room, or name a place on another disk"],
  ENOENT: ["no such file or folder", "check the path"],
  ENOTDIR: ["a part of this path is no folder", "check the path"],
  EISDIR: ["a folder", "name a file"],
  ELOOP: ["links that lead nowhere", "check the path"],
  ENAMETOOLONG: ["too long a name", "name a shorter path"],
  ESRCH: ["no such process", "it may have ended"],
  ETXTBSY: ["a program that is running", "end it and try again"],
  EMFILE: ["too many open files", "raise the limit (ulimit -n)"],
  ENOMEM: ["not enough memory", "end other programs, or raise the limit (ulimit -v)"],
};

/** Whether an error is one of the system's, with its code. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/**
 * The sentence for an error of the system.
 * @param path what it is about, where the error does not name it
 */
export function systemErrorText(error: NodeJS.ErrnoException, path?: string): string {
  const [what, remedy] = MEANINGS[error.code ?? ""] ?? [error.message, undefined];
  const about = error.path ?? path;
  return [about, what, remedy].filter((part) => part !== undefined).join(": ");
}

/** The error with its sentence; what is no error of the system stays what it is. */
export function asCommandError(error: unknown, path?: string, status?: number): unknown {
  return isSystemError(error) ? new CommandError(systemErrorText(error, path), status) : error;
}
