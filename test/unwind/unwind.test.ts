/** The linker's unwind information, held against its instructions: debuggers and profilers stop at any of them. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Arch } from "../harness/elf.ts";
import { arches, linkerPath, whyNotComparable } from "../harness/linkers.ts";
import { parseFrames, parseInstructions } from "./frames.ts";
import { type Program, wrongAt } from "./simulate.ts";

function output(file: string, ...words: readonly string[]): string {
  return execFileSync(file, words, { encoding: "utf8", maxBuffer: 1 << 28 });
}

function programOf(text: string, arch: Arch): Program {
  const list = parseInstructions(text);
  const next = new Map(list.slice(1).map(({ at }, i) => [list[i]?.at ?? 0, at]));
  const index = new Map(list.map(({ at }, i) => [at, i]));
  /** The first return behind the entry of a function decides for all. */
  const pops = (target: number): number => {
    const from = index.get(target);
    if (from === undefined) return 0;
    const end = list.slice(from, from + 4000).find(({ name }) => /^(ret|int3)/.test(name));
    return Number((end?.operands[0] ?? "$0").replace("$", ""));
  };
  const instructions = new Map(list.map((instruction) => [instruction.at, instruction]));
  return { wordSize: arch === "i386" ? 4 : 8, instructions, next, pops };
}

describe.each(arches)("%s", (arch) => {
  const missing = whyNotComparable(arch);
  it.skipIf(missing !== undefined)("is right at every instruction", () => {
    const linker = linkerPath("subject", arch);
    const program = programOf(output("objdump", "-d", "--no-show-raw-insn", linker), arch);
    const frames = parseFrames(
      output("readelf", "--debug-dump=frames-interp,no-follow-links", linker),
    );
    expect(frames.length).toBeGreaterThan(100);
    expect(frames.flatMap((frame) => wrongAt(frame, program))).toEqual([]);
  });

  it.skipIf(missing !== undefined)("covers every instruction", () => {
    const linker = linkerPath("subject", arch);
    const code = output("objdump", "-d", "--no-show-raw-insn", linker);
    const frames = parseFrames(
      output("readelf", "--debug-dump=frames-interp,no-follow-links", linker),
    );
    const bare = parseInstructions(code).filter(
      ({ at, name }) =>
        !/^(int3|nop|xchg|cs|data16)/.test(name) &&
        !frames.some(({ start, end }) => start <= at && at < end),
    );
    expect(bare.map(({ at, name }) => `${at.toString(16)}: ${name}`)).toEqual([]);
  });
});
