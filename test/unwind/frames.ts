/** Unwind information and instructions of an ELF file, read from the text of binutils. Pure. */

/** How one register of the caller is found: at this distance from the CFA. */
export type Saved = ReadonlyMap<string, number>;

/** What the unwind information says from an address on, until the next row. */
export interface Row {
  readonly at: number;
  /** The CFA is this register plus this; undefined: something else. */
  readonly cfa: { readonly register: string; readonly plus: number } | undefined;
  readonly saved: Saved;
  /** Nobody is to unwind further: the end of the stack. */
  readonly outermost: boolean;
}

/** The unwind information of one function. */
export interface Frame {
  readonly start: number;
  readonly end: number;
  readonly rows: readonly Row[];
}

export interface Instruction {
  readonly at: number;
  readonly name: string;
  readonly operands: readonly string[];
}

const names: Readonly<Record<string, string>> = Object.fromEntries(
  ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp"].flatMap((name) => [
    ...[name, `e${name}`, `r${name}`, `${name}l`].map((alias) => [alias, name]),
    ...(name.endsWith("x") ? ["l", "h"].map((end) => [`${name[0]}${end}`, name]) : []),
  ]),
);

/** A register under the name of its 16-bit part, or `r8` to `r15`; undefined: it is none of these. */
export function register(text: string): string | undefined {
  const name = text.replace(/^%/, "");
  return names[name] ?? /^r(?:8|9|1[0-5])/.exec(name)?.[0];
}

/** `c-8`: the distance from the CFA. */
function distance(rule: string): number | undefined {
  const text = /^c([+-]\d+)$/.exec(rule)?.[1];
  return text === undefined ? undefined : Number(text);
}

function row(header: readonly string[], line: string): Row {
  const [at = "", cfa = "", ...rules] = line.trim().split(/\s+/);
  const columns = header.slice(2);
  const place = /^(\w+?)([+-]\d+)$/.exec(cfa);
  const base = register(place?.[1] ?? "");
  const saved = new Map<string, number>();
  for (const [i, rule] of rules.entries()) {
    const offset = distance(rule);
    const name = columns[i] === "ra" ? "ra" : register(columns[i] ?? "");
    if (name !== undefined && offset !== undefined) saved.set(name, offset);
  }
  return {
    at: Number.parseInt(at, 16),
    cfa: base === undefined ? undefined : { register: base, plus: Number(place?.[2]) },
    saved,
    outermost: rules[columns.indexOf("ra")] === "u",
  };
}

/** The frames in what `readelf --debug-dump=frames-interp` prints. */
export function parseFrames(text: string): readonly Frame[] {
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim().split("\n"));
  const rowsOf = (lines: readonly string[]): readonly Row[] => {
    const header = lines.find((line) => line.trim().startsWith("LOC"));
    const columns = header?.trim().split(/\s+/) ?? [];
    return lines
      .filter((line) => /^\s*[0-9a-f]{8,16} +\S+[+-]\d/.test(line))
      .map((line) => row(columns, line));
  };
  const common = blocks.find(([first = ""]) => / CIE /.test(first));
  const initial = rowsOf(common ?? []);
  return blocks.flatMap((lines) => {
    const place = / FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)/.exec(lines[0] ?? "");
    if (place === null) return [];
    const [start, end] = [place[1], place[2]].map((word) => Number.parseInt(word ?? "", 16));
    if (start === undefined || end === undefined) return [];
    const own = rowsOf(lines);
    return [
      { start, end, rows: own.length > 0 ? own : initial.map((it) => ({ ...it, at: start })) },
    ];
  });
}

/** Operands, separated by the commas that are not inside parentheses. */
function splitOperands(text: string): readonly string[] {
  return text === "" ? [] : text.split(/,(?![^(]*\))/).map((word) => word.trim());
}

/** The instructions in what `objdump -d --no-show-raw-insn` prints; prefixes are left away. */
export function parseInstructions(text: string): readonly Instruction[] {
  return [...text.matchAll(/^ +([0-9a-f]+):\t([^\n<#]*)/gm)].map(([, at = "", code = ""]) => {
    const [name = "", ...rest] = code
      .trim()
      .replace(/^((lock|repz?|repnz|notrack|data16|cs|ds|es|ss|bnd) +)+/, "")
      .split(/\s+/);
    return { at: Number.parseInt(at, 16), name, operands: splitOperands(rest.join(" ")) };
  });
}
