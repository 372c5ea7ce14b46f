import { describe, expect, it } from "vitest";
import { GenerationError } from "../../codegen/diagnostic.ts";
import { type Selection, selectRuntime } from "../../codegen/select-runtime.ts";
import { fixtureAbi } from "./fixture.ts";

const LAYOUT = '#include "glibc_layout.h"\n';
const NO_TEMPLATES = new Map<string, string>();

function select(files: Record<string, string>): Selection {
  const tree = new Map(Object.entries(files).map(([path, text]) => [`runtime/${path}`, text]));
  return selectRuntime(fixtureAbi, tree, NO_TEMPLATES);
}

/** `struct.field` of every use in one file of runtime/glibc/. */
function uses(body: string): readonly string[] {
  const { fields } = select({ "glibc/a.c": LAYOUT + body }).uses;
  return [...new Set(fields.map(({ struct, field }) => `${struct}.${field}`))];
}

function complaints(files: Record<string, string>): readonly string[] {
  try {
    select(files);
    return [];
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error;
    return error.diagnostics.map(({ path, line, message }) => `${path}:${line} ${message}`);
  }
}

describe("fields that are used", () => {
  it("through parameters, locals, arrows and dots", () => {
    expect(uses("void *f(struct link_map *map) { return map->l_name; }")).toEqual([
      "link_map.l_name",
    ]);
    expect(
      uses("int f(void) { struct link_map m, *p = &m; return p->l_phnum + (*p).l_global; }"),
    ).toEqual(["link_map.l_phnum", "link_map.l_global"]);
  });

  it("through chains, arrays and the exported objects", () => {
    expect(uses("void *f(int i) { return _rtld_global._dl_maps[i]->l_next->l_info[1]; }")).toEqual([
      "rtld_global._dl_maps",
      "link_map.l_next",
      "link_map.l_info",
    ]);
    expect(uses("int *f(void) { return &_rtld_global._dl_lock.word; }")).toEqual([
      "rtld_global._dl_lock",
      "lock_t.word",
    ]);
  });

  it("through casts, calls, conditions, compound literals and assignments", () => {
    expect(
      uses(
        "struct link_map *g(void);\n" +
          "void *f(void *p) { return ((struct link_map *)p)->l_name ? g()->l_name : (void *)(p ? g() : g())->l_addr; }",
      ),
    ).toEqual(["link_map.l_name", "link_map.l_addr"]);
    expect(uses("void f(struct link_map *m) { *m = (struct link_map){.l_addr = 1}; }")).toEqual([
      "link_map.l_addr",
    ]);
  });

  it("through designators of a nested initializer", () => {
    expect(uses("struct rtld_global a = {._dl_lock = {.kind = 1}, ._dl_maps[0] = 0};")).toEqual([
      "rtld_global._dl_lock",
      "lock_t.kind",
      "rtld_global._dl_maps",
    ]);
  });

  it("through typedefs, own structs, macros and loops", () => {
    expect(
      uses(
        "typedef struct link_map map_t;\nstruct own { map_t *map; };\n" +
          "#define FIRST (_rtld_global._dl_loaded)\n" +
          "long f(struct own *own) { for (map_t *m = own->map; m; m = m->l_next) {} return FIRST->l_addr; }",
      ),
    ).toEqual(["link_map.l_next", "rtld_global._dl_loaded", "link_map.l_addr"]);
  });

  it("through offsetof with a path", () => {
    expect(uses("unsigned long a = offsetof(struct rtld_global, _dl_lock.kind);")).toEqual([
      "rtld_global._dl_lock",
      "lock_t.kind",
    ]);
  });

  it("not through a local that hides a struct of another file", () => {
    expect(uses("struct own { int l_addr; };\nint f(struct own *o) { return o->l_addr; }")).toEqual(
      [],
    );
  });

  it("counts every struct that has the field when the type cannot be told", () => {
    expect(uses("#define G(x) x\nvoid f(void) { G(unknown())->l_addr = 1; }")).toEqual([
      "link_map.l_addr",
    ]);
  });
});

describe("what the ABI lacks", () => {
  it("is an error that names field, ABI and line", () => {
    expect(
      complaints({
        "glibc/a.c": `${LAYOUT}\nvoid f(struct link_map *m) {\n    m->l_gone = 1;\n}\n`,
      }),
    ).toEqual(["runtime/glibc/a.c:4 struct link_map has no field l_gone in glibc-9.9-x86_64"]);
  });

  it("is an error for an exported object and for a system call", () => {
    expect(complaints({ "glibc/a.c": "int f(void) { return __rseq_size; }" })).toEqual([
      "runtime/glibc/a.c:1 ld.so exports no __rseq_size in glibc-9.9-x86_64",
    ]);
    expect(complaints({ "a.c": "int f(void) { return SYS_nonesuch; }" })).toEqual([
      "runtime/a.c:1 SYS_nonesuch is not among the system calls of codegen/targets.ts",
    ]);
  });

  it("leaves out an optional file, with the reason", () => {
    const { runtime, leftOut, uses } = select({
      "glibc/optional/gone.c": `${LAYOUT}void f(struct link_map *m) { m->l_gone = m->l_addr; }`,
      "glibc/optional/here.c": `${LAYOUT}void g(struct link_map *m) { m->l_phnum = 1; }`,
    });
    expect([...runtime.keys()]).toEqual(["runtime/glibc/optional/here.c"]);
    expect(leftOut.map(({ path, line }) => `${path}:${line}`)).toEqual([
      "runtime/glibc/optional/gone.c:2",
    ]);
    expect(uses.fields.map(({ field }) => field)).toEqual(["l_phnum"]);
  });

  it("says what nobody uses without it", () => {
    const { unused } = select({
      "glibc/optional/half.c": `${LAYOUT}void f(struct link_map *m) { m->l_gone = m->l_phnum; }`,
      "glibc/optional/all.c": `${LAYOUT}void g(struct link_map *m) { m->l_gone = m->l_addr; }`,
      "glibc/optional/kept.c": `${LAYOUT}void h(struct link_map *m) { m->l_addr = 0; }`,
      "glibc/optional/later.c": `/* glibc: 99.1- */\n${LAYOUT}void i(struct link_map *m) { m->l_name = 0; }`,
    });
    expect(unused.map(({ names, reason }) => [names, reason.path])).toEqual([
      [["link_map.l_phnum"], "runtime/glibc/optional/half.c"],
    ]);
  });
});

describe("an optional file that exports", () => {
  it("is left out when this ld.so has no such symbol", () => {
    const { runtime, leftOut } = select({
      "glibc/optional/new.c": "/* a */\nEXPORT void __new(void);\nvoid __new(void) {}\n",
      "glibc/optional/old.c": "EXPORT int _dl_open_it(void) { return 1; }\n",
    });
    expect([...runtime.keys()]).toEqual(["runtime/glibc/optional/old.c"]);
    expect(leftOut).toEqual([
      {
        path: "runtime/glibc/optional/new.c",
        line: 2,
        message: "ld.so exports no __new in glibc-9.9-x86_64",
      },
    ]);
  });
});

describe("definitions", () => {
  it("are functions and objects with external linkage", () => {
    const { definitions } = select({
      "space/a.c":
        "EXPORT int wine_ld_query(void) { return 0; }\nstatic int hidden(void) { return 1; }\n" +
        "int counter;\nextern int elsewhere;\nint declared(void);\n",
    }).uses;
    expect(definitions.map(({ name }) => name)).toEqual(["wine_ld_query", "counter"]);
  });
});
