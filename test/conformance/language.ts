/**
 * The language of the conformance suite: one line of text is a graph of libraries and what is done with it.
 * docs/conformance.md describes it for readers; this file is its grammar. Pure.
 */
import type { Arch } from "../harness/elf.ts";

/** What a symbol is: `f`, `%x`, `#t`. */
export type Kind = "function" | "data" | "tls";

/** A definition: `f`, `%x:unique`, `#t:align=64`, `f@@V2:weak`. */
export interface Definition {
  readonly kind: Kind;
  readonly name: string;
  readonly version?: { readonly name: string; readonly isDefault: boolean };
  readonly marks: ReadonlyMap<string, string>;
}

/** How a library uses a symbol of whoever has it. */
export type Access = "call" | "many" | "address" | "pointer" | "read" | "write";

/** A use: `f()`, `f(12)`, `&f`, `*f`, `%x`, `%x=`, `#t:ie`; `?` behind it: a weak reference. */
export interface Use {
  readonly kind: Kind;
  readonly access: Access;
  readonly name: string;
  readonly version?: string;
  readonly isWeak: boolean;
  readonly marks: ReadonlyMap<string, string>;
}

/** A library of a case, or its program, which is called `main`. */
export interface Unit {
  readonly name: string;
  readonly needs: readonly string[];
  readonly defines: readonly Definition[];
  readonly uses: readonly Use[];
  readonly flags: ReadonlyMap<string, string>;
  /** Steps of its constructor and of its destructor. */
  readonly first: string;
  readonly last: string;
}

/** One case. */
export interface Case {
  readonly text: string;
  readonly units: readonly Unit[];
  readonly steps: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Options for the linker: such a case has direct starts only. */
  readonly options: readonly string[];
  /** How the program ends under the reference; anything else makes the case void. */
  readonly status: number;
  readonly arches: readonly Arch[];
  /** The ways of starting that it is about; both when absent. */
  readonly way?: "direct" | "interp";
  /** The kinds of binding that it is about; both when absent. */
  readonly binding?: "lazy" | "now";
  /** A difference of our own linker's that docs/conformance.md explains under this word, and where it is. */
  readonly known?: { readonly word: string; readonly arches: readonly Arch[] };
  /** The oldest glibc that has what this is about. */
  readonly since: string;
}

interface Draft {
  needs: string[];
  defines: Definition[];
  uses: Use[];
  flags: Map<string, string>;
  first: string;
  last: string;
}

const kinds: Readonly<Record<string, Kind>> = { "": "function", "%": "data", "#": "tls" };
const arches: readonly Arch[] = ["x86_64", "i386"];

function marksOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word) => splitAt(word, "=")));
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Throws an error that quotes what is not understood. */
function parseDefinition(text: string): Definition {
  const [head = "", ...marks] = text.split(":");
  const match = /^([%#]?)([A-Za-z_]\w*)(?:(@@?)(\w+))?$/.exec(head);
  if (match === null) throw new Error(`not a definition: ${text}`);
  const [, sigil = "", name = "", at, version] = match;
  return {
    kind: kinds[sigil] ?? "function",
    name,
    marks: marksOf(marks),
    ...(version === undefined ? {} : { version: { name: version, isDefault: at === "@@" } }),
  };
}

function parseUse(text: string): Use {
  const [head = "", ...marks] = text.split(":");
  const match = /^([%#&*]?)([A-Za-z_]\w*)(?:@(\w+))?(\(\)|\(12\)|=)?(\?)?$/.exec(head);
  if (match === null) throw new Error(`not a use: ${text}`);
  const [, sigil = "", name = "", version, tail = "", weak] = match;
  return {
    kind: kinds[sigil] ?? "function",
    access: accessOf(sigil, tail),
    name,
    isWeak: weak !== undefined,
    marks: marksOf(marks),
    ...(version === undefined ? {} : { version }),
  };
}

function accessOf(sigil: string, tail: string): Access {
  if (sigil === "&") return "address";
  if (sigil === "*") return "pointer";
  if (tail === "()") return "call";
  if (tail === "(12)") return "many";
  return tail === "=" ? "write" : "read";
}

/** `a1..3` stands for a1, a2 and a3. */
function expandRange(text: string): readonly string[] {
  const match = /^(.*?)(\d+)\.\.(\d+)(.*)$/.exec(text);
  if (match === null) return [text];
  const [, head = "", from = "0", to = "0", tail = ""] = match;
  const count = Number(to) - Number(from) + 1;
  return Array.from({ length: count }, (_, index) => `${head}${Number(from) + index}${tail}`);
}

function list(text: string): readonly string[] {
  return text.split(",").flatMap(expandRange);
}

const itemPattern = /^(main|[a-z][a-z0-9_.]*?)(->|=|<|!|\^|~)(.+)$/;

function applyItem(draft: Draft, operator: string, text: string): void {
  if (operator === "->") draft.needs.push(...list(text));
  else if (operator === "=") draft.defines.push(...list(text).map(parseDefinition));
  else if (operator === "<") draft.uses.push(...list(text).map(parseUse));
  else if (operator === "!")
    for (const [key, value] of marksOf(text.split(","))) draft.flags.set(key, value);
  else if (operator === "^") draft.first = text;
  else draft.last = text;
}

/** Takes the steps, `{...}`, out of a line. */
function cutSteps(text: string): { readonly graph: string; readonly steps: string } {
  const begin = text.search(/(^| )\{/);
  if (begin < 0) return { graph: text, steps: "" };
  const end = text.lastIndexOf("}");
  if (end < begin) throw new Error(`steps without an end: ${text}`);
  const steps = text
    .slice(text.indexOf("{", begin) + 1, end)
    .trim()
    .split(/\s+/)
    .flatMap(expandRange)
    .join(" ");
  return { graph: `${text.slice(0, begin)} ${text.slice(end + 1)}`, steps };
}

/** Names that steps open or close: libraries that may stand nowhere else. */
function namesInSteps(steps: string): readonly string[] {
  return steps
    .split(/[\s,]+/)
    .flatMap((word) => /^\+([a-z][a-z0-9_]*)(?=$|[@:])/.exec(word)?.[1] ?? []);
}

/** The one of some words that is a condition. */
function chosen<V extends string>(
  words: readonly V[],
  conditions: ReadonlyMap<string, string>,
): V | undefined {
  return words.find((one) => conditions.has(one));
}

/** Parses a line. Throws an error that quotes the word it does not understand. */
export function parseCase(text: string): Case {
  const drafts = new Map<string, Draft>();
  const draft = (name: string): Draft => {
    const present = drafts.get(name);
    if (present !== undefined) return present;
    const made: Draft = { needs: [], defines: [], uses: [], flags: new Map(), first: "", last: "" };
    drafts.set(name, made);
    return made;
  };
  draft("main");
  const { graph, steps } = cutSteps(text);
  const environment: Record<string, string> = {};
  const options: string[] = [];
  const conditions = new Map<string, string>();
  for (const word of graph.split(/\s+/).filter((part) => part !== "")) {
    const item = itemPattern.exec(word);
    const variable = /^([A-Z_]+)=(.*)$/.exec(word);
    if (word.startsWith("--")) options.push(word);
    else if (word.startsWith("@")) conditions.set(...splitAt(word.slice(1), "="));
    else if (variable !== null) environment[variable[1] ?? ""] = variable[2] ?? "";
    else if (item !== null)
      for (const name of expandRange(item[1] ?? ""))
        applyItem(draft(name), item[2] ?? "", item[3] ?? "");
    else if (/^[a-z][a-z0-9_.]*$/.test(word)) for (const name of expandRange(word)) draft(name);
    else throw new Error(`not understood in a case: ${word}`);
  }
  for (const one of [...drafts.values()]) {
    for (const name of [...one.needs, ...namesInSteps(one.first), ...namesInSteps(one.last)])
      draft(name);
  }
  for (const name of namesInSteps(steps)) draft(name);
  const way = chosen(["direct", "interp"] as const, conditions);
  const binding = chosen(["lazy", "now"] as const, conditions);
  const known = conditions.get("known");
  const named = arches.filter((arch) => conditions.has(arch));
  return {
    text,
    units: [...drafts].map(([name, one]) => ({ name, ...one })),
    steps,
    environment,
    options,
    status: Number(conditions.get("exit") ?? 0),
    arches: named.length === 0 ? arches : named,
    ...(way === undefined ? {} : { way }),
    ...(binding === undefined ? {} : { binding }),
    ...(known === undefined ? {} : { known: knownDifference(known) }),
    since: conditions.get("glibc") ?? "2.31",
  };
}

/** `WORD`, or `WORD/ARCH` of a difference that one architecture alone has. */
function knownDifference(text: string): NonNullable<Case["known"]> {
  const [word, only] = splitAt(text, "/");
  const named = arches.filter((arch) => arch === only);
  if (only !== "" && named.length === 0) throw new Error(`not an architecture: @known=${text}`);
  return { word, arches: only === "" ? arches : named };
}

/** A case that stands under a feature in a file of cases. */
export interface Listed {
  readonly feature: string;
  readonly case: Case;
}

/** A file of cases: `# feature` begins one, `// …` at the end of a line says what it is about. */
export function parseCases(text: string): readonly Listed[] {
  const listed: Listed[] = [];
  let feature = "";
  for (const line of text.split("\n")) {
    const words = line
      .replace(/\s+\/\/ .*$/, "")
      .replace(/^\/\/.*$/, "")
      .trim();
    if (words.startsWith("# ")) feature = words.slice(2);
    else if (words !== "") listed.push({ feature, case: parseCase(words) });
  }
  return listed;
}
