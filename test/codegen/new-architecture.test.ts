/** docs/new-architecture.md names every place that knows an architecture. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { abiById } from "../../codegen/abi/index.ts";
import { emitGenerated } from "../../codegen/emit/tree.ts";
import { selectRuntime } from "../../codegen/select-runtime.ts";
import { prefixTree, readTree } from "../../codegen/source-tree.ts";
import { TARGETS, type Target } from "../../codegen/targets.ts";
import { root } from "../harness/linkers.ts";

const page = readFileSync(join(root, "docs/new-architecture.md"), "utf8");
const named = [...page.matchAll(/`([\w/.-]+)`/g)].map(([, name = ""]) => name);
const isNamed = (path: string) =>
  named.some((name) => path === name || (name.endsWith("/") && path.startsWith(name)));

const runtime = prefixTree(readTree(join(root, "runtime"), [".c", ".h"]), "runtime");
const templates = prefixTree(readTree(join(root, "templates")), "templates");

/** A C source without its comments. */
const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\//g, "");

/** Files outside the page whose code matches. */
function unnamed(tree: ReadonlyMap<string, string>, pattern: RegExp): readonly string[] {
  return [...tree].flatMap(([path, text]) =>
    pattern.test(withoutComments(text)) && !isNamed(path) ? [path] : [],
  );
}

it("names the files of the runtime that have instructions or names of x86", () => {
  const general = new Map([...runtime].filter(([path]) => !path.includes("/optional/cpu_")));
  const instruction = /__asm__ volatile\(\s*"[^"]|__builtin_ia32|\bMAP_32BIT =|"[^"\n]*x86/;
  expect(unnamed(general, instruction)).toEqual([]);
});

it("names the files of generator and commands that know an architecture by name", () => {
  const sources = new Map(
    ["codegen", "cli"].flatMap((folder) => [
      ...prefixTree(readTree(join(root, folder), [".ts"]), folder),
    ]),
  );
  const general = [...sources].filter(([path]) => !path.startsWith("codegen/abi/glibc-"));
  expect(unnamed(new Map(general), /"(x86_64|i386|amd64|x86)"/)).toEqual([]);
});

it("names nothing that is not there", () => {
  const templatesOf = ["x86_64", "x86"].map((folder) => join("templates", folder));
  const missing = named
    .filter((name) => name.includes(".") || name.endsWith("/"))
    .filter((name) => !name.includes("<") && name !== "templates/aarch64/")
    .filter(
      (name) => ![".", "docs", ...templatesOf].some((at) => existsSync(join(root, at, name))),
    );
  expect(missing).toEqual([]);
});

it("a target without templates of its own lacks what the page lists and nothing else", () => {
  const abi = abiById("glibc-2.36-x86_64");
  if (abi === undefined) throw new Error("glibc-2.36-x86_64 is not known");
  const known = TARGETS[abi.arch];
  const madeUp = { ...known, arch: "made_up", family: "made_up" } as unknown as Target;
  const { runtime: files, uses } = selectRuntime(abi, runtime, templates);
  const emitted = (target: Target) =>
    emitGenerated({ abi, target, runtime: files, templates, uses });
  const made = emitted(madeUp);
  const lacking = [...emitted(known).keys()].filter((path) => !made.has(path)).sort();
  expect(lacking).toEqual(named.filter((name) => /^\w+\.[hS]$/.test(name)).sort());
  const included = [...files.values(), ...made.values()].flatMap((text) =>
    [...text.matchAll(/^#include "(\w+\.h)"/gm)].map(([, name = ""]) => name),
  );
  const headers = new Set(included.filter((name) => !made.has(name)));
  expect([...headers].filter((name) => !lacking.includes(name))).toEqual([]);
});
