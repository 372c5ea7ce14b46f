/** The order of constructors and destructors, for graphs of libraries in the language of graph.ts. */
import { describe, expect, test } from "vitest";
import { whyNotBuildable } from "../harness/build.ts";
import { arches, whyNotComparable } from "../harness/linkers.ts";
import { isInPart } from "../harness/part.ts";
import { compareInvocation, type ProgramCase } from "./case.ts";
import { graphTargets, parseGraph, randomGraph } from "./graph.ts";

const graphs: readonly string[] = [
  "main->a",
  "main->ab",
  "main->ba a->c b->c",
  "main->a a->b b->c c->d",
  "main->abc a->d b->d c->e d->e",
  "main->a a->bc b->d c->d d->e",
  "main->ab a->b b->a",
  "main->a a->b b->c c->a",
  "main->ab a->b b->c c->ab",
  "main->abc a->b b->c c->d d->b",
  "main->a a->bc b->c c->b",
  "main->abc c!",
  "main->a a->b b->c c!",
  "main->abc a! c!",
  "main->a {+b -b +b}",
  "main->a b->c c->a {+b -b}",
  "main->a b->ac c->d d->b {+b +d -b -d}",
  "{+a +b -a -b} a->c b->c",
  "{+a -a +a} a->bc b->a",
  "a->b c->b {+a +c -a -c}",
  "a->b b* {+a -a +a}",
  "{^a +b -a -b} b~>a",
  "{^b ^a +c -a -b -c} c~>a c~>b a~>b",
  "main->a a~>b b->c main->b",
  "main->ba a~>b",
  "main->ab b~>a a~>b",
  "a! {+b +a -b -a} b->c",
  "main->abcdefgh a->h b->g c->f d->e",
  "main->h h->gf g->e f->e e->dc d->b c->b b->a",
  "main->abc a->d d->e e->a b->e c->d {+f -f} f->ag g->h h->f",
];

const randomCount = Number(process.env["WINE_LD_RANDOM_GRAPHS"] ?? 24);
const random = Array.from({ length: randomCount }, (_, seed) => randomGraph(seed * 7919 + 1));

const sorts = [undefined, "1"] as const;

for (const arch of arches) {
  const missing = whyNotComparable(arch) ?? whyNotBuildable(arch);
  describe.skipIf(missing !== undefined)(
    missing === undefined ? arch : `${arch}: skipped, ${missing}`,
    () => {
      const chosen = [...graphs, ...random].filter((_, index) => isInPart(index));
      for (const text of chosen) {
        const testCase: ProgramCase = {
          name: `order ${text}`,
          targets: graphTargets(parseGraph(text)),
        };
        for (const sort of sorts) {
          test(`${text}${sort === undefined ? "" : ` (dynamic_sort=${sort})`}`, async () => {
            const environment: Record<string, string> =
              sort === undefined ? {} : { GLIBC_TUNABLES: `glibc.rtld.dynamic_sort=${sort}` };
            const { actions } = parseGraph(text);
            const invocation = { arguments: actions, environment, expect: { stdout: " main" } };
            const wrong = await compareInvocation(testCase, invocation, arch, "interp", "lazy");
            if (wrong !== undefined) expect.fail(wrong);
          });
        }
      }
    },
  );
}

test("a word that is not understood is quoted", () => {
  expect(() => parseGraph("main->a a=>b")).toThrow("not understood in a graph: a=>b");
});
