/** Runs a case under the reference and under the candidate, in both ways of starting, lazily and at once. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { difference, ending, normalise, type Replacement } from "../harness/compare.ts";
import { type Arch, withInterpreter } from "../harness/elf.ts";
import type { Outcome } from "../harness/run.ts";
import type { Case } from "./language.ts";
import { makeCase } from "./make.ts";
import { runQuickly } from "./starter.ts";

/** A linker of the comparison. */
export interface Linker {
  /** A short path, for PT_INTERP. */
  readonly path: string;
  readonly role: "reference" | "candidate";
}

/** What a comparison needs to know of an architecture. */
export interface Ground {
  readonly arch: Arch;
  readonly reference: Linker;
  readonly candidate: Linker;
  /** Whether `@known` is said of this candidate: of our own linker. */
  readonly hasKnown: boolean;
  /** Folders of the reference's own libraries, where they are not the machine's. */
  readonly libraryPath: readonly string[];
}

/** A way to run a case. */
export interface Variant {
  readonly way: "direct" | "interp";
  readonly binding: "lazy" | "now";
}

export const variants: readonly Variant[] = (["direct", "interp"] as const).flatMap((way) =>
  (["lazy", "now"] as const).map((binding) => ({ way, binding })),
);

/** What became of a case on an architecture. */
export type Verdict =
  | { readonly kind: "same" }
  | { readonly kind: "different"; readonly variant: Variant; readonly text: string }
  /** Different, as the case says and docs/conformance.md explains. */
  | { readonly kind: "known"; readonly text: string }
  /** The reference does not do what the case says, or the case cannot be built: it proves nothing. */
  | { readonly kind: "void"; readonly text: string };

const TIMEOUT = 20_000;

const plainEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** The copy of the program that names a linker, in the case's folder. */
function interpreterCopy(folder: string, linker: Linker): string {
  const copy = join(
    folder,
    linker.role === "reference" ? "main.r" : `main.s${linker.path.slice(-3)}`,
  );
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(unfinished, withInterpreter(readFileSync(join(folder, "main")), linker.path), {
    mode: 0o755,
  });
  renameSync(unfinished, copy);
  return copy;
}

function environmentOf(
  one: Case,
  folder: string,
  ground: Ground,
  variant: Variant,
): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(one.environment).map(([name, value]) => [
      name,
      value.replaceAll("$/", `${folder}/`),
    ]),
  );
  const path = [
    ...(own["LD_LIBRARY_PATH"] === undefined ? [] : [own["LD_LIBRARY_PATH"]]),
    ...ground.libraryPath,
  ];
  return {
    ...plainEnvironment,
    ...(variant.binding === "now" ? { LD_BIND_NOW: "1" } : {}),
    ...own,
    ...(path.length === 0 ? {} : { LD_LIBRARY_PATH: path.join(":") }),
  };
}

function replacements(folder: string, program: string, linker: Linker): readonly Replacement[] {
  return [
    { find: program, put: "$/main" },
    { find: folder, put: "$" },
    { find: linker.path, put: "<linker>" },
    { find: basename(linker.path), put: "<linker>" },
    // In further namespaces ld.so has the name that it was found by.
    { find: /\/[^\s']*\/ld-linux(?:-x86-64)?\.so\.2/g, put: "<linker>" },
    { find: /^ +\d+:\t/gm, put: "<process>:\t" },
    { find: /0x[0-9a-f]{5,16}/g, put: "<address>" },
  ];
}

/** The program's words: none without steps, since --list takes words for names of symbols. */
function stepWords(one: Case, folder: string): readonly string[] {
  return one.steps === "" ? [] : [one.steps.replaceAll("$/", `${folder}/`)];
}

/** Of the lines of LD_DEBUG those are compared that speak of the case's own objects. */
function withoutForeignReports(outcome: Outcome): Outcome {
  const isCompared = (line: string): boolean =>
    !/^ *(<process>|\d+):/.test(line) || line.includes("$/");
  return { ...outcome, stderr: outcome.stderr.split("\n").filter(isCompared).join("\n") };
}

/** An option's words. --library-path takes the place of LD_LIBRARY_PATH: the tree's folders follow it there. */
function optionWords(option: string, folder: string, ground: Ground): readonly string[] {
  const words = option.replaceAll("$/", `${folder}/`).split("=");
  return words[0] === "--library-path"
    ? ["--library-path", [...words.slice(1), ...ground.libraryPath].join(":")]
    : words;
}

async function outcomeOf(
  one: Case,
  folder: string,
  ground: Ground,
  linker: Linker,
  variant: Variant,
): Promise<Outcome> {
  const isDirect = variant.way === "direct";
  const program = isDirect ? join(folder, "main") : interpreterCopy(folder, linker);
  const options = one.options.flatMap((option) => optionWords(option, folder, ground));
  const outcome = await runQuickly({
    file: isDirect ? linker.path : program,
    arguments: [...(isDirect ? [...options, program] : []), ...stepWords(one, folder)],
    environment: environmentOf(one, folder, ground, variant),
    folder,
    timeout: TIMEOUT,
  });
  return withoutForeignReports(normalise(outcome, replacements(folder, program, linker)));
}

/** Runs one variant under both. */
async function compareVariant(
  one: Case,
  folder: string,
  ground: Ground,
  variant: Variant,
): Promise<Verdict> {
  const reference = await outcomeOf(one, folder, ground, ground.reference, variant);
  if (reference.status !== one.status)
    return {
      kind: "void",
      text: `the reference ends with ${ending(reference)}, not ${one.status}\n${reference.stderr}`,
    };
  const candidate = await outcomeOf(one, folder, ground, ground.candidate, variant);
  const text = difference(reference, candidate);
  return text === undefined ? { kind: "same" } : { kind: "different", variant, text };
}

/** Whether a case has a variant: options of the linker's are for direct starts. */
function isFor(one: Case, { way, binding }: Variant): boolean {
  const wanted = one.options.length > 0 ? "direct" : one.way;
  return (wanted ?? way) === way && (one.binding ?? binding) === binding;
}

/** The verdict on a case, a difference that is known of the candidate taken into account. */
export async function judge(
  one: Case,
  ground: Ground,
  chosen: readonly Variant[] = variants,
): Promise<Verdict> {
  const verdict = await compareAll(one, ground, chosen);
  const known = one.known?.arches.includes(ground.arch) ? one.known.word : undefined;
  if (known === undefined || !ground.hasKnown || verdict.kind === "void") return verdict;
  if (verdict.kind === "different") return { kind: "known", text: known };
  return { kind: "void", text: `no longer different: @known=${known} is to be taken out` };
}

/** The first variant that differs, or that all are the same. */
async function compareAll(one: Case, ground: Ground, chosen: readonly Variant[]): Promise<Verdict> {
  let folder: string;
  try {
    folder = await makeCase(one, ground.arch);
  } catch (error) {
    return { kind: "void", text: error instanceof Error ? error.message : String(error) };
  }
  for (const variant of chosen) {
    if (!isFor(one, variant)) continue;
    const verdict = await compareVariant(one, folder, ground, variant);
    if (verdict.kind !== "same") return verdict;
  }
  return { kind: "same" };
}
