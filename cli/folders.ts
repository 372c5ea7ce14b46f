/** Folders that the command needs. */

import { accessSync, constants, mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "./command-error.ts";
import { sizeText } from "./space/quantities.ts";

/** Whether a path is that of a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Makes a folder and those above. (node's own way does not end below /proc.) */
export function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isFolder(folder)) throw error; // else somebody else made it in this moment
  }
}

/**
 * Sees to it that a folder is there and can be written to.
 * @param remedy what to do where it cannot be
 * @throws CommandError with both
 */
export function requireFolder(folder: string, remedy: string): void {
  try {
    makeFolders(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`${folder} cannot be written to (${code}): ${remedy}`);
  }
}

/**
 * Sees to it that a folder's file system has room.
 * @throws CommandError where it has less than `bytes`
 */
export function requireSpace(folder: string, bytes: number, remedy: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new CommandError(
    `${folder}: ${sizeText(free)} are free and ${sizeText(bytes)} are needed: ${remedy}`,
  );
}
