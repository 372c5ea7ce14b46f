import { describe, expect, it } from "vitest";
import { GenerationError } from "../../codegen/diagnostic.ts";
import { fillTemplate, holesOf } from "../../codegen/template.ts";

const template = "int a[$size] = {\n    $rows\n};\n  $calls;\n";

function complaints(text: string, values: Record<string, string>): readonly string[] {
  try {
    fillTemplate("t.h", text, values);
    return [];
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error;
    return error.diagnostics.map(({ path, line, message }) => `${path}:${line} ${message}`);
  }
}

describe("fillTemplate", () => {
  it("fills holes in a line and holes that are a line", () => {
    const values = { size: "2", rows: "1,\n2,", calls: "f();\n\ng();" };
    expect(fillTemplate("t.h", template, values)).toBe(
      "int a[2] = {\n    1,\n    2,\n};\n  f();\n\n  g();\n",
    );
  });

  it("leaves what is no hole: immediates and macros of assembly", () => {
    expect(fillTemplate("s.S", "mov $0x10, %eax\nmov $SYS_exit, %ebx\n", {})).toBe(
      "mov $0x10, %eax\nmov $SYS_exit, %ebx\n",
    );
  });

  it("names the line of a hole that nothing fills", () => {
    expect(complaints(template, { size: "2", rows: "1," })).toEqual([
      "t.h:4 nothing fills the hole $calls",
    ]);
  });

  it("complains about a value that has no hole", () => {
    expect(complaints("int a;\n", { size: "2" })).toEqual(["t.h:0 there is no hole $size"]);
  });

  it("complains about several lines inside a line", () => {
    expect(complaints("int a[$size];\n", { size: "2\n3" })).toEqual([
      "t.h:1 $size is several lines and needs a line of its own",
    ]);
  });
});

describe("holesOf", () => {
  it("lists each hole once", () => {
    expect(holesOf("$a $b $a;\n$c_1")).toEqual(["a", "b", "c_1"]);
  });
});
