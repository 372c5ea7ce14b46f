/** No system call of the mmap family outside runtime/space/. */

import { compileQuery, queryNodes } from "../c-source.ts";
import { at, type Rule } from "./rule.ts";

const FAMILY = [
  "mmap",
  "mmap2",
  "munmap",
  "mremap",
  "mprotect",
  "pkey_mprotect",
  "brk",
  "shmat",
  "shmdt",
  "ipc",
  "remap_file_pages",
  "mseal",
  "map_shadow_stack",
  "madvise",
];
const NUMBERS = compileQuery(`((identifier) @name (#match? @name "^SYS_(${FAMILY.join("|")})$"))`);
const INCLUDES = compileQuery(
  '((preproc_include path: (string_literal) @path) (#match? @path "kernel.h"))',
);

/** See the head of the file. */
export const mmapCalls: Rule = {
  name: "mmap-family-in-space",
  check: ({ runtime }) =>
    runtime
      .filter(({ path }) => !path.startsWith("runtime/space/"))
      .flatMap((source) => [
        ...queryNodes(NUMBERS, source).map((node) =>
          at(source, node, `${node.text} outside runtime/space/: use space/space.h`),
        ),
        ...queryNodes(INCLUDES, source).map((node) =>
          at(source, node, "the bare mmap family is for runtime/space/ alone: use space/space.h"),
        ),
      ]),
};
