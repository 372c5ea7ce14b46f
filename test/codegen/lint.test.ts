import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "../../codegen/diagnostic.ts";
import { drawLayers } from "../../codegen/lint/layers.ts";
import { lint, projectOf, RULES, readProject } from "../../codegen/lint/lint.ts";
import { prefixTree, readTree } from "../../codegen/source-tree.ts";
import { fixtureAbi } from "./fixture.ts";

const root = join(import.meta.dirname, "../..");
const realTemplates = prefixTree(readTree(join(root, "templates")), "templates");

/** What one rule says about a project of a few files, each headed by a comment. */
function findings(
  rule: string,
  runtime: Record<string, string>,
  templates: Record<string, string> = {},
): readonly string[] {
  const tree = (files: Record<string, string>, folder: string) =>
    new Map(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
  const project = projectOf(tree(runtime, "runtime"), tree(templates, "templates"), [fixtureAbi]);
  const rules = RULES.filter(({ name }) => name === rule);
  expect(rules, rule).toHaveLength(1);
  return lint(project, rules).map(formatDiagnostic);
}

describe("the project", () => {
  it("keeps every rule", () => {
    expect(lint(readProject(root)).map(formatDiagnostic)).toEqual([]);
  });
});

describe("declared-calls", () => {
  it("finds a call to a function that nobody declares", () => {
    expect(
      findings("declared-calls", {
        "a.h": "int known(int);\n#define MACRO(x) (x)\n",
        "a.c":
          "static int own(void) { return 1; }\n" +
          "int f(int (*callback)(void)) { return known(own()) + MACRO(1) + callback() + __builtin_ctz(1); }\n" +
          "void g(void) { malloc(1); }\n",
      }),
    ).toEqual(["runtime/a.c:3: malloc is declared nowhere in the project"]);
  });
});

describe("mmap-family-in-space", () => {
  it("allows the family in runtime/space/ only", () => {
    const text = '#include "space/kernel.h"\nlong f(void) { return system_call(SYS_mmap); }\n';
    expect(findings("mmap-family-in-space", { "space/a.c": text })).toEqual([]);
    expect(findings("mmap-family-in-space", { "a.c": text })).toEqual([
      "runtime/a.c:2: SYS_mmap outside runtime/space/: use space/space.h",
      "runtime/a.c:1: the bare mmap family is for runtime/space/ alone: use space/space.h",
    ]);
  });
});

describe("includes-downwards", () => {
  const header = { "object/object.h": "struct object;\n" };
  it("finds an include that reaches up", () => {
    expect(
      findings("includes-downwards", { ...header, "base/a.c": '\n#include "object/object.h"\n' }),
    ).toEqual([
      'runtime/base/a.c:2: base lies below object: it must not include "object/object.h"',
    ]);
    expect(
      findings("includes-downwards", { ...header, "link/a.c": '#include "object/object.h"\n' }),
    ).toEqual([]);
  });

  it("finds a file outside all layers, and an excuse that excuses nothing", () => {
    expect(findings("includes-downwards", { "a.c": "", "space/query.c": "" })).toEqual([
      expect.stringContaining("runtime/a.c:1: lies in no layer's folder"),
      expect.stringContaining('"space/query.c object/object.h" is excused in vain'),
    ]);
  });

  it("is drawn in docs/ARCHITECTURE.md as `wine-ld lint --layers` draws it", () => {
    const drawing = drawLayers(readProject(root).runtimeTree);
    expect(readFileSync(join(root, "docs/ARCHITECTURE.md"), "utf8")).toContain(
      `\`\`\`\n${drawing}\n\`\`\``,
    );
  });
});

describe("glibc-structs-in-glibc", () => {
  const text = '#include "glibc_layout.h"\nvoid *f(struct link_map *m) { return m; }\n';
  it("allows glibc's structs in runtime/glibc/ only", () => {
    expect(findings("glibc-structs-in-glibc", { "glibc/a.c": text })).toEqual([]);
    expect(findings("glibc-structs-in-glibc", { "a.c": text })).toEqual([
      "runtime/a.c:2: struct link_map is glibc's: only runtime/glibc/ may know it",
      'runtime/a.c:1: "glibc_layout.h" is for runtime/glibc/ alone',
    ]);
  });

  it("lets the runtime have a struct of the same tag", () => {
    const own = "struct link_map { int a; };\nint f(struct link_map *m) { return m->a; }\n";
    expect(findings("glibc-structs-in-glibc", { "a.c": own })).toEqual([]);
  });
});

describe("bootstrap-without-relocations", () => {
  const wrong =
    'static const char *name = "x";\nstatic const char *names[] = {"a", "b"};\n' +
    "static int *at = &other;\nvoid f(void) { static void (*g)(void) = f; }\n";
  const right =
    'static const char text[] = "x";\nstatic int count = 3;\nvoid f(void) { const char *s = "y"; }\n';

  it("finds objects that hold addresses, in bootstrap files", () => {
    expect(
      findings("bootstrap-without-relocations", { "base/bootstrap.c": wrong }).map(
        (line) => line.split(": ")[0],
      ),
    ).toEqual([
      "runtime/base/bootstrap.c:1",
      "runtime/base/bootstrap.c:2",
      "runtime/base/bootstrap.c:3",
      "runtime/base/bootstrap.c:4",
    ]);
    expect(findings("bootstrap-without-relocations", { "base/bootstrap.c": right })).toEqual([]);
    expect(findings("bootstrap-without-relocations", { "base/later.c": wrong })).toEqual([]);
  });
});

describe("no-floating-point", () => {
  it("finds types and constants", () => {
    expect(
      findings("no-floating-point", {
        "a.c": "double a;\nint b = 1e3;\nint c = 0x1e3;\nlong double d;\n",
      }),
    ).toEqual([
      "runtime/a.c:1: double is floating point",
      "runtime/a.c:2: 1e3 is floating point",
      "runtime/a.c:4: double is floating point",
    ]);
  });
});

describe("templates", () => {
  it("have to be legal C", () => {
    expect(
      findings("templates-are-legal-c", {}, { "a.h": "int a[] = {\n    $rows\n};\n$b;\n" }),
    ).toEqual([]);
    expect(findings("templates-are-legal-c", {}, { "a.h": "int a = { for $x };\n" })).not.toEqual(
      [],
    );
  });

  it("have known holes only, and every hole filled", () => {
    const files = Object.fromEntries(
      [...realTemplates].map(([path, text]) => [path.replace("templates/", ""), text]),
    );
    expect(findings("generated-files-name-their-command", {}, files)).toEqual([]);
    expect(
      findings(
        "generated-files-name-their-command",
        {},
        { ...files, "syscall_numbers.h": "$defines;\n$more;\n" },
      ),
    ).toEqual(["templates/syscall_numbers.h:2: nothing fills the hole $more"]);
    expect(
      findings(
        "generated-files-name-their-command",
        {},
        { ...files, "syscall_numbers.h": "int a;\n" },
      ),
    ).toEqual(["templates/syscall_numbers.h: there is no hole $defines"]);
  });

  it("are not in the runtime", () => {
    expect(findings("runtime-without-holes", { "a.c": "int a = $hole;\n" })).toEqual([
      "runtime/a.c:1: $hole is a hole, and this is no template",
    ]);
  });
});

describe("the shape of a file", () => {
  it("has functions of 40 lines at most", () => {
    const body = (lines: number) => `void f(void) {\n${";\n".repeat(lines - 2)}}\n`;
    expect(findings("length", { "a.c": body(40) })).toEqual([]);
    expect(findings("length", { "a.c": body(41) })).toEqual([
      "runtime/a.c:1: a function of 41 lines (at most 40)",
    ]);
  });

  it("has no conditional compilation but include guards", () => {
    expect(
      findings("no-conditional-compilation", {
        "a.h": "#ifndef WINE_LD_A_H\n#define WINE_LD_A_H\n#endif\n",
      }),
    ).toEqual([]);
    expect(
      findings("no-conditional-compilation", { "a.c": "int a;\n#if ARCH == 1\nint b;\n#endif\n" }),
    ).toEqual(["runtime/a.c:2: conditional compilation: make it data, or a file of its own"]);
  });

  it("begins with a comment and leaves nothing for later", () => {
    expect(findings("comment-at-the-top", { "a.c": "int a;\n" })).toEqual([
      "runtime/a.c:1: no comment at the top",
    ]);
    // The mark is put together here so that this file has none.
    expect(findings("no-unfinished-marks", { "a.c": `/* TO${"DO"}: b */\nint a;\n` })).toEqual([
      "runtime/a.c:1: an unfinished mark",
    ]);
  });
});
