/**
 * A language for graphs of libraries, to test the order of constructors and destructors.
 *
 * A description is one line of words:
 *
 *     main->ab a->c b->c c->a; d! e+ a~>b {^d +e -e}
 *
 *   `a->bc`  library a needs b and c (DT_NEEDED, in this order); `main` is the program
 *   `a~>b`   a's constructor calls a function of b without needing it (a relocation dependency)
 *   `d!`     d is marked DF_1_INITFIRST
 *   `e*`     e is marked DF_1_NODELETE
 *   `{...}`  what the program does: `+a` dlopen, `^a` dlopen RTLD_GLOBAL, `-a` dlclose
 *
 * A library is one letter. One that is not mentioned on the left needs nothing. The program prints `+a`
 * when a is initialised, `-a` when it is finished; no expected order is written down: glibc's is asked.
 */
import type { Target } from "../harness/build.ts";

export interface Graph {
  readonly text: string;
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly uses: ReadonlyMap<string, readonly string[]>;
  readonly initFirst: ReadonlySet<string>;
  readonly noDelete: ReadonlySet<string>;
  readonly actions: readonly string[];
  /** Every library, in alphabetic order. */
  readonly libraries: readonly string[];
}

/** Parses a description. Throws an error that quotes the word it does not understand. */
export function parseGraph(text: string): Graph {
  const needs = new Map<string, readonly string[]>();
  const uses = new Map<string, readonly string[]>();
  const initFirst = new Set<string>();
  const noDelete = new Set<string>();
  const actionText = /\{(.*)\}/.exec(text)?.[1] ?? "";
  const edges = text.replace(/\{.*\}/, "");
  const actions = actionText.split(/\s+/).filter((word) => word !== "");
  const libraries = new Set(actions.map((action) => action.slice(1)));
  for (const word of edges.split(/[\s;]+/).filter((part) => part !== "")) {
    const edge = /^(main|[a-z])(->|~>)([a-z]+)$/.exec(word);
    const mark = /^([a-z])([!*])$/.exec(word);
    if (edge?.[1] !== undefined && edge[3] !== undefined) {
      const targets = edge[3].split("");
      const map = edge[2] === "->" ? needs : uses;
      map.set(edge[1], [...(map.get(edge[1]) ?? []), ...targets]);
      for (const name of [edge[1], ...targets]) if (name !== "main") libraries.add(name);
    } else if (mark?.[1] !== undefined) {
      (mark[2] === "!" ? initFirst : noDelete).add(mark[1]);
      libraries.add(mark[1]);
    } else {
      throw new Error(`not understood in a graph: ${word}`);
    }
  }
  return { text, needs, uses, initFirst, noDelete, actions, libraries: [...libraries].sort() };
}

/** Named unlike any library of a system: `libc.so` and `libm.so` are texts for the linker of a compiler. */
function fileOf(name: string): string {
  return `libnode-${name}.so`;
}

function libraryTarget(
  graph: Graph,
  name: string,
  needs: readonly string[],
  output: string,
): Target {
  const uses = graph.uses.get(name) ?? [];
  return {
    output,
    sources: ["node.c"],
    flags: [
      `-DNODE=${name}`,
      `-DUSES=${uses.map((other) => `USE(${other})`).join(" ")}`,
      `-DCALLS=${uses.length > 0 ? 1 : 0}`,
      "-Wl,-z,lazy",
      ...(graph.initFirst.has(name) ? ["-Wl,-z,initfirst"] : []),
      ...(graph.noDelete.has(name) ? ["-Wl,-z,nodelete"] : []),
    ],
    needs: needs.map((other) => fileOf(other)),
  };
}

/**
 * What to build for a graph. Cycles are made in two rounds: each library exists first without needs, so
 * that the others can be linked to it.
 */
export function graphTargets(graph: Graph): readonly Target[] {
  return [
    ...graph.libraries.map((name) => libraryTarget(graph, name, [], fileOf(name))),
    ...graph.libraries
      .filter((name) => (graph.needs.get(name) ?? []).length > 0)
      .map((name) => libraryTarget(graph, name, graph.needs.get(name) ?? [], fileOf(name))),
    {
      output: "main",
      sources: ["graph-main.c"],
      flags: ["-Wl,--allow-shlib-undefined", "-Wl,--unresolved-symbols=ignore-all"],
      needs: (graph.needs.get("main") ?? []).map((name) => fileOf(name)),
    },
  ];
}

/** A random graph: `seed` says which. Cycles, relocation dependencies, marks and actions all occur. */
export function randomGraph(seed: number): string {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const names = "abcdefghij".slice(0, 4 + below(7)).split("");
  const pick = (count: number): string =>
    [...new Set(Array.from({ length: count }, () => names[below(names.length)] ?? "a"))].join("");
  const words = [`main->${pick(1 + below(3))}`];
  for (const name of names) {
    const others = pick(below(4)).replace(name, "");
    if (others !== "") words.push(`${name}->${others}`);
    if (below(12) === 0) words.push(`${name}!`);
    if (below(14) === 0) words.push(`${name}*`);
  }
  const opened = pick(1 + below(3)).split("");
  const actions = opened.map((name) => `${below(2) === 0 ? "+" : "^"}${name}`);
  const closed = opened.filter(() => below(2) === 0).map((name) => `-${name}`);
  return `${words.join(" ")} {${[...actions, ...closed].join(" ")}}`;
}
