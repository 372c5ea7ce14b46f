// Written by `wine-ld abi import`; not edited by hand.
import { glibc_2_31_i386 } from "./glibc-2.31-i386.ts";
import { glibc_2_31_x86_64 } from "./glibc-2.31-x86_64.ts";
import { glibc_2_36_i386 } from "./glibc-2.36-i386.ts";
import { glibc_2_36_x86_64 } from "./glibc-2.36-x86_64.ts";
import { glibc_2_41_i386 } from "./glibc-2.41-i386.ts";
import { glibc_2_41_x86_64 } from "./glibc-2.41-x86_64.ts";
import { glibc_2_43_i386 } from "./glibc-2.43-i386.ts";
import { glibc_2_43_x86_64 } from "./glibc-2.43-x86_64.ts";
import { glibc_2_44_i386 } from "./glibc-2.44-i386.ts";
import { glibc_2_44_x86_64 } from "./glibc-2.44-x86_64.ts";
import type { Abi } from "./model.ts";

/** Every known ABI. */
export const modules: readonly Abi[] = [
  glibc_2_31_i386,
  glibc_2_31_x86_64,
  glibc_2_36_i386,
  glibc_2_36_x86_64,
  glibc_2_41_i386,
  glibc_2_41_x86_64,
  glibc_2_43_i386,
  glibc_2_43_x86_64,
  glibc_2_44_i386,
  glibc_2_44_x86_64,
];
