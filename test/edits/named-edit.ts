/** One variant of a good file. */
import type { Edit } from "./elf-fields.ts";

export interface NamedEdit {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** glibc's linker reads or writes memory that is not the file's: what it then does is chance. */
  readonly chance?: boolean;
  /** The file's own code crashes under both linkers, or the kernel does not start it. */
  readonly crashes?: boolean;
}
