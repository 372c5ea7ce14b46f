/** That each of the two runs has the linker that it should have: without this the other rows would say nothing. */
import type { Row } from "../row.ts";

const says = (flags: string) =>
  `gcc ${flags} -o whose "$SOURCES/whose.c" && said=$(./whose) && echo "$said" && [ "$said" = "$LINKER" ]`;

export const linker: Row = {
  name: "linker",
  packages: ["gcc", "libc6-dev", "gcc-multilib"],
  part: "short",
  tests: [
    { name: "x86_64", command: says("") },
    { name: "i386", command: says("-m32") },
  ],
};
