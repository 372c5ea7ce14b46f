/** What a linker finds out about a made-up processor: what it prints and what it publishes to libc. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesOf, type Place } from "../../codegen/abi/layout.ts";
import type { Abi } from "../../codegen/abi/model.ts";
import { dynamicSymbols } from "../../codegen/elf-symbols.ts";
import { readElf } from "../../codegen/ingest/locate.ts";
import { workFolder } from "../harness/linkers.ts";
import { type Processor, replayTable } from "./processors.ts";

const folder = join(workFolder, "processors");
const replay = join(folder, "replay");

/** Builds the replayer. */
export function buildReplayer(): void {
  mkdirSync(folder, { recursive: true });
  const source = join(import.meta.dirname, "replay.c");
  execFileSync("gcc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", replay, source]);
}

/** A linker with the places where it asks the processor and where it publishes what it was told. */
export interface ReplayedLinker {
  readonly path: string;
  readonly abi: Abi;
  /** The places, as the replayer reads them. */
  readonly places: string;
  /** Options of its own that print something about the processor; glibc has had them since 2.33. */
  readonly options: readonly string[];
}

/** Prepares a linker; `name` is a file name of its own. */
export function replayedLinker(path: string, abi: Abi, name: string): ReplayedLinker {
  const code = execFileSync("objdump", ["-d", "--no-show-raw-insn", path], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const stops = [...code.matchAll(/^ *([0-9a-f]+):\s+(cpuid|xgetbv)\s*$/gm)].map(
    ([, address, instruction]) => `${instruction} ${address}`,
  );
  const symbol = dynamicSymbols(readElf(path)).find(({ name }) => name === "_rtld_global_ro");
  if (symbol === undefined) throw new Error(`${path} has no _rtld_global_ro`);
  const shown = `show ${symbol.value.toString(16)} ${symbol.size.toString(16)}`;
  const places = join(folder, `${name}.places`);
  writeFileSync(places, `${[...stops, shown].join("\n")}\n`);
  const bytes = readFileSync(path);
  const options = ["--list-tunables", "--list-diagnostics"].filter((option) =>
    bytes.includes(option),
  );
  return { path, abi, places, options };
}

const PRINTED = /^(x86\.cpu_features|dl_platform|dl_hwcap|dl_string_platform|glibc\.cpu\.)/;
const PUBLISHED = /^(_dl_x86_cpu_features\.|_dl_hwcap|_dl_platformlen$|_dl_minsigstacksize$)/;

/** One run: with an option, or (undefined) with no argument at all, which prints how ld.so is used. */
export function describeProcessor(
  linker: ReplayedLinker,
  processor: Processor,
  option: string | undefined,
  tunables: string,
): readonly string[] {
  const table = `${linker.places}.table`;
  writeFileSync(table, replayTable(processor));
  const words = option === undefined ? [] : [option];
  const run = spawnSync(replay, [table, linker.places, linker.path, ...words], {
    env: tunables === "" ? {} : { GLIBC_TUNABLES: tunables },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (option !== undefined && run.status !== 0) return [`status ${run.status}: ${run.stderr}`];
  const memory = /^memory ([0-9a-f]+)$/m.exec(run.stdout)?.[1];
  if (memory === undefined) return [`nothing was written: ${run.stderr}`];
  return [
    ...run.stdout.split("\n").filter((line) => PRINTED.test(line)),
    ...publishedFields(linker.abi, Buffer.from(memory, "hex")),
  ];
}

/** The fields that libc reads, last byte first: a number reads as one. */
function publishedFields(abi: Abi, memory: Buffer): readonly string[] {
  return leavesOf(abi, "rtld_global_ro")
    .filter(({ path }) => PUBLISHED.test(path))
    .map(({ path, offset, size }: Place) => {
      const bytes = memory.subarray(offset, offset + size);
      return `${path} ${Buffer.from(bytes).reverse().toString("hex")}`;
    });
}
