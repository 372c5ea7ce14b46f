/**
 * C files as syntax trees (tree-sitter). Knows what the grammar cannot read in this project's dialect
 * and blanks it, keeping every position; knows nothing of types.
 */

import Parser from "tree-sitter";
import C from "tree-sitter-c";

export type Node = Parser.SyntaxNode;

/** An `offsetof(type, member)`: the grammar knows only plain members, so these are taken out. */
export interface OffsetOf {
  readonly line: number;
  /** `struct link_map`, `union dtv`, or a typedef's name. */
  readonly type: string;
  readonly member: string;
}

/** A parsed C file. */
export interface CSource {
  readonly path: string;
  readonly text: string;
  readonly root: Node;
  readonly offsets: readonly OffsetOf[];
  /** Lines of declarations and definitions that are marked `EXPORT`. */
  readonly exportLines: ReadonlySet<number>;
}

const parser = new Parser();
parser.setLanguage(C as unknown as Parser.Language);

/** Parses one C file or header. */
export function parseC(path: string, text: string): CSource {
  const { blanked, offsets } = takeOffsets(blankAttributes(text));
  const tree = parser.parse(blanked, null, { bufferSize: blanked.length * 2 + 1024 });
  const exportLines = new Set(
    [...text.matchAll(EXPORT_MARK)].map(({ index }) => lineAt(text, index)),
  );
  return { path, text, root: tree.rootNode, offsets, exportLines };
}

const EXPORT_MARK = /^EXPORT\b/gm;

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** The line of a node, counted from 1. */
export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

/** A compiled tree-sitter query over C. */
export type CQuery = Parser.Query;

/** Compiles a query. */
export function compileQuery(text: string): CQuery {
  return new Parser.Query(C as unknown as Parser.Language, text);
}

/** The nodes that a query captures in a file, in order, whatever they are called in the query. */
export function queryNodes(query: CQuery, { root }: CSource): readonly Node[] {
  return query.captures(root).map(({ node }) => node);
}

const blank = (text: string): string => text.replace(/[^\n]/g, " ");

/** Attributes, and macros that stand for them, say nothing about types and confuse the grammar. */
function blankAttributes(text: string): string {
  const pattern = /\b(?:EXPORT|OPTIONAL)\b|\b__attribute__\s*\(/g;
  const directive = /^[ \t]*#[ \t]*define\b(?:\\\n|[^\n])*/gm;
  const parts: string[] = [];
  let done = 0;
  const directives = [...text.matchAll(directive)].map(
    (m) => [m.index, m.index + m[0].length] as const,
  );
  const inDirective = (at: number) => directives.some(([from, to]) => at >= from && at < to);
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    if (start < done || inDirective(start)) continue;
    const end = match[0].endsWith("(")
      ? closingParenthesis(text, start + match[0].length)
      : start + match[0].length;
    parts.push(text.slice(done, start), blank(text.slice(start, end)));
    done = end;
  }
  parts.push(text.slice(done));
  return parts.join("");
}

/** The position after the parenthesis that closes the one before `from`. */
function closingParenthesis(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return at + 1;
  }
  return text.length;
}

function takeOffsets(text: string): { blanked: string; offsets: OffsetOf[] } {
  const offsets: OffsetOf[] = [];
  const pattern = /\b(?:__builtin_)?offsetof\s*\(\s*([\w\s]+?)\s*,\s*([^()]*?)\s*\)/g;
  const blanked = text.replace(pattern, (whole, type: string, member: string, at: number) => {
    offsets.push({ line: lineAt(text, at), type, member });
    return `0${blank(whole).slice(1)}`;
  });
  return { blanked, offsets };
}
