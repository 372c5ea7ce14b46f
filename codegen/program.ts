/** What a file that somebody wants to run is, told from its first bytes. */

import type { Arch } from "./abi/model.ts";
import { type Elf, ElfError, PT_INTERP, parseElf } from "./elf.ts";
import { TARGETS, type Target } from "./targets.ts";

/** A file, as far as starting it is concerned. */
export type Program =
  | { readonly kind: "dynamic"; readonly arch: Arch; readonly interpreter: string }
  | { readonly kind: "static" }
  | { readonly kind: "foreign"; readonly machine: number }
  | { readonly kind: "script"; readonly interpreter: string; readonly argument?: string }
  | { readonly kind: "unknown" };

/** Classifies the contents of a file. */
export function classifyProgram(bytes: Buffer): Program {
  if (bytes.subarray(0, 2).toString("latin1") === "#!") return script(bytes);
  try {
    return classifyElf(parseElf(bytes));
  } catch (error) {
    if (error instanceof ElfError) return { kind: "unknown" };
    throw error;
  }
}

function script(bytes: Buffer): Program {
  const line = bytes.subarray(2, 256).toString("utf8").split("\n")[0]?.trim() ?? "";
  const [interpreter = "", ...rest] = line.split(/[ \t]+/);
  if (interpreter === "") return { kind: "unknown" };
  return rest.length > 0
    ? { kind: "script", interpreter, argument: rest.join(" ") }
    : { kind: "script", interpreter };
}

function classifyElf(elf: Elf): Program {
  const target = Object.values(TARGETS).find((candidate) => isFor(elf, candidate));
  if (target === undefined) return { kind: "foreign", machine: elf.machine };
  const segment = elf.segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return { kind: "static" };
  const bytes = elf.bytes.subarray(segment.offset, segment.offset + segment.fileSize);
  return {
    kind: "dynamic",
    arch: target.arch,
    interpreter: bytes.toString("utf8").replace(/\0.*$/s, ""),
  };
}

function isFor(elf: Elf, target: Target): boolean {
  return elf.machine === target.machine && elf.bits === target.elfClass;
}
