/**
 * The layers of the runtime: one folder each, the lowest first. A file includes headers of its own folder and of
 * those below it. What still reaches up is listed with what would mend it; the list may only get shorter.
 */

import type { Diagnostic } from "../diagnostic.ts";
import type { SourceTree } from "../source-tree.ts";
import type { Rule } from "./rule.ts";

/** The folders of runtime/, the lowest first. */
export const LAYERS = [
  "base",
  "space",
  "process",
  "glibc",
  "glibc/cpu",
  "object",
  "glibc/mirror",
  "audit",
  "search",
  "link",
  "dl",
  "glibc/entry",
  "start",
] as const;

/** One of them. */
export type Layer = (typeof LAYERS)[number];

/** Its files define what headers of any layer declare, so they may include any; nothing is declared there. */
const OPTIONAL = "glibc/optional";

const MESSAGES = "messages name objects, and show their scopes, in one file with LD_DEBUG's words";

/** Includes that reach up today, `file header`, each with the reason that it is still there. */
const UPWARD: ReadonlyMap<string, string> = new Map([
  ["process/debug.h object/namespace.h", MESSAGES],
  ["process/debug.h object/object.h", MESSAGES],
  ["process/usage.c search/search.h", "--help shows the search path"],
  ["glibc/mirror/globals.c glibc/entry/dlfcn.h", "libc's table of entries is filled with the rest"],
  ["object/map.h search/search.h", "an open file is described by the search that found it"],
  ["object/tls.c glibc/mirror/tls_globals.h", "libc sees a change of the modules at once"],
  ["object/tls.c link/tlsdesc.h", "a module that goes takes its descriptors' arguments with it"],
  ["space/layout.c process/options.h", "the policy is chosen by the program's name"],
  ["space/query.c object/object.h", "the public interface names the image that a range belongs to"],
  ["dl/dl_open.c start/initial.h", "the patching of libc asks for symbols as the start does"],
]);

/** A file that a header's including is about. */
interface Include {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** See the head of the file. */
export const layers: Rule = {
  name: "includes-downwards",
  check: ({ runtimeTree }) => [
    ...[...runtimeTree.keys()].flatMap(placed),
    ...includesOf(runtimeTree).flatMap((include) =>
      isUpward(include) && !UPWARD.has(`${include.from} ${include.to}`) ? [upward(include)] : [],
    ),
    ...superfluous(runtimeTree),
  ],
};

/**
 * The drawing of docs/ARCHITECTURE.md: a line for each layer, the highest first, and in it a mark under each layer
 * whose headers its files include: `#` for those below, `^` for what reaches up.
 */
export function drawLayers(runtimeTree: SourceTree): string {
  const found = new Set(
    includesOf(runtimeTree).map(({ from, to }) => `${layerOf(from)} ${layerOf(to)}`),
  );
  const width = Math.max(...LAYERS.map((name) => name.length));
  const mark = (row: number, column: number): string => {
    if (row === column) return "=";
    if (!found.has(`${LAYERS[row]} ${LAYERS[column]}`)) return " ";
    return column < row ? "#" : "^";
  };
  const columns = [...LAYERS.keys()];
  const lines = columns.map((row) => {
    const marks = columns.map((column) => mark(row, column)).join("  ");
    return `${String(row + 1).padStart(2)} ${(LAYERS[row] ?? "").padEnd(width)}  ${marks}`.trimEnd();
  });
  const head = `${" ".repeat(width + 5)}${columns.map((c) => String(c + 1).padEnd(3)).join("")}`;
  return [...lines.reverse(), head.trimEnd()].join("\n");
}

/** The layer of a file, by its path below runtime/; undefined: it lies in none. */
function layerOf(path: string): Layer | undefined {
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  return LAYERS.find((name) => name === folder);
}

function isUpward({ from, to }: Include): boolean {
  const [user, used] = [layerOf(from), layerOf(to)];
  return user !== undefined && used !== undefined && LAYERS.indexOf(used) > LAYERS.indexOf(user);
}

/** The includes of the runtime's own headers. */
function includesOf(tree: SourceTree): readonly Include[] {
  return [...tree].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, index) => {
      const to = /^#include "([^"]+)"/.exec(line)?.[1];
      if (to === undefined || !tree.has(`runtime/${to}`)) return [];
      return [{ from: path.replace(/^runtime\//, ""), to, line: index + 1 }];
    }),
  );
}

/** A file lies in a layer's folder, or among the optional ones. */
function placed(path: string): readonly Diagnostic[] {
  const below = path.replace(/^runtime\//, "");
  if (layerOf(below) !== undefined || below.startsWith(`${OPTIONAL}/`)) return [];
  return [{ path, line: 1, message: `lies in no layer's folder: ${LAYERS.join(", ")}` }];
}

function upward({ from, to, line }: Include): Diagnostic {
  const message = `${layerOf(from)} lies below ${layerOf(to)}: it must not include "${to}"`;
  return { path: `runtime/${from}`, line, message };
}

/** An excuse excuses something; where its file is not looked at, nothing is said. */
function superfluous(tree: SourceTree): readonly Diagnostic[] {
  const there = new Set(includesOf(tree).map(({ from, to }) => `${from} ${to}`));
  return [...UPWARD.keys()].flatMap((pair) => {
    const path = `runtime/${pair.split(" ")[0]}`;
    if (there.has(pair) || !tree.has(path)) return [];
    return [{ path, line: 1, message: `"${pair}" is excused in vain: codegen/lint/layers.ts` }];
  });
}
