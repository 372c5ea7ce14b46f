/** Optional files of the real runtime and glibcs between the known ones: nothing that libc uses drops out. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { abiById, allAbis } from "../../codegen/abi/index.ts";
import type { Abi, Struct } from "../../codegen/abi/model.ts";
import {
  describeFiles,
  describeSelection,
  type Selection,
  selectRuntime,
} from "../../codegen/select-runtime.ts";
import { prefixTree, readTree } from "../../codegen/source-tree.ts";
import { root } from "../harness/linkers.ts";

const runtime = prefixTree(readTree(join(root, "runtime"), [".c", ".h", ".S"]), "runtime");
const templates = prefixTree(readTree(join(root, "templates")), "templates");

function select(abi: Abi): Selection {
  return selectRuntime(abi, runtime, templates);
}

function known(id: string): Abi {
  const abi = abiById(id);
  if (abi === undefined) throw new Error(`${id} is not known`);
  return abi;
}

function withStructs(abi: Abi, change: (struct: Struct) => Struct): Abi {
  return { ...abi, structs: abi.structs.map(change) };
}

function optionalFiles(selection: Selection): readonly string[] {
  return [...selection.runtime.keys()].flatMap(
    (path) => /^runtime\/glibc\/optional\/(.*)\.c$/.exec(path)?.[1] ?? [],
  );
}

/** 2.35 to 2.37 before a later change: the area is the kernel's own struct. */
function firstRseq(abi: Abi): Abi {
  return withStructs(abi, (struct) =>
    struct.name === "pthread__rseq_area"
      ? {
          ...struct,
          name: "rseq",
          kind: "struct",
          fields: struct.fields.filter(({ name }) => name !== "pad"),
        }
      : {
          ...struct,
          fields: struct.fields.map((field) =>
            field.name === "rseq_area"
              ? { ...field, type: { kind: "struct", name: "rseq" } }
              : field,
          ),
        },
  );
}

describe("optional files", () => {
  it.each(["glibc-2.36-x86_64", "glibc-2.36-i386"])("register rseq in either form: %s", (id) => {
    expect(optionalFiles(select(known(id)))).toContain("rseq_area");
    const first = optionalFiles(select(firstRseq(known(id))));
    expect(first).toContain("rseq_area_first");
    expect(first).not.toContain("rseq_area");
  });

  it("fill the error entries of a glibc without _dl_libc_freeres", () => {
    const abi = withStructs(known("glibc-2.36-x86_64"), (struct) => ({
      ...struct,
      fields: struct.fields.filter(({ name }) => name !== "_dl_libc_freeres"),
    }));
    const { uses } = select(abi);
    expect(optionalFiles(select(abi))).toContain("error_entries");
    expect(uses.fields.map(({ field }) => field)).toContain("_dl_error_free");
  });

  it.each(allAbis.map((abi) => [abi.id, abi] as const))("leave nothing unused: %s", (_id, abi) => {
    const selection = select(abi);
    expect(describeSelection(abi, selection)).toEqual([
      `${selection.leftOut.length} optional files are for other glibcs`,
    ]);
    expect(describeFiles(abi, selection).join("\n")).not.toContain("NO REASON");
  });

  it("and tell of what drops out because something has another name", () => {
    const { exports, ...rest } = known("glibc-2.36-x86_64");
    const abi = {
      ...rest,
      exports: exports.filter(({ name }) => name !== "__nptl_initial_report_events"),
    };
    const lines = describeSelection(abi, select(abi)).join("\n");
    expect(lines).toMatch(/NOTHING USES .*pthread\.specific,.*optional\/thread_start\.c/);
    expect(describeFiles(abi, select(abi)).join("\n")).toContain("pthread.specific: NO REASON");
  });
});
