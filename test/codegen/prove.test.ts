/** Proof before use: descriptions with a planted mistake, and the linkers that are made from them. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { proveLinker } from "../../cli/prove.ts";
import { allAbis } from "../../codegen/abi/index.ts";
import type { Abi, Field } from "../../codegen/abi/model.ts";
import { buildLinker, withdrawLinker } from "../../codegen/build.ts";
import { systemAbis } from "../../codegen/system-glibc.ts";
import { firstDifference } from "../../codegen/verify/behaviours/run.ts";
import { describeReport, verifyAbi } from "../../codegen/verify.ts";
import { root } from "../harness/linkers.ts";

const [abi] = systemAbis("/", ["x86_64"]);
if (abi === undefined) throw new Error("there is no glibc");
const folder = mkdtempSync(join(tmpdir(), "prove-"));
afterAll(() => rmSync(folder, { recursive: true }));

function withFields(name: string, change: (fields: readonly Field[]) => readonly Field[]): Abi {
  const known = abi as Abi;
  return {
    ...known,
    structs: known.structs.map((struct) =>
      struct.name === name ? { ...struct, fields: change(struct.fields) } : struct,
    ),
  };
}

/** Two fields of one type exchanged: no size and no alignment tells. */
function exchanged(struct: string, one: string, other: string): Abi {
  const name = (field: Field) =>
    field.name === one ? other : field.name === other ? one : field.name;
  return withFields(struct, (fields) => fields.map((field) => ({ ...field, name: name(field) })));
}

const builtFrom = async (module: Abi) => {
  const request = { root, out: join(folder, "dist"), environment: process.env, progress: () => {} };
  return (await buildLinker({ ...request, abi: module })).linker;
};

describe("a description with a mistake", () => {
  test("of two function pointers exchanged: the behaviour is named, and the linker taken away", async () => {
    const wrong = {
      ...exchanged("rtld_global_ro", "_dl_open", "_dl_close"),
      id: `${abi.id}-wrong`,
    };
    const linker = await builtFrom(wrong);
    const request = { abi: wrong, linker, system: "/", root, progress: () => {} };
    const proof = await proveLinker(request);
    expect(proof).toMatchObject({ verdict: "failed" });
    const report = "report" in proof ? proof.report : "";
    expect(report).toMatch(/behaviour dlopen: under glibc's ld\.so ".*", under wine-ld ".*"/);
    expect(report).not.toContain("behaviour malloc");
    withdrawLinker(join(folder, "dist"), wrong);
    expect(existsSync(linker)).toBe(false);
    expect(readdirSync(join(folder, "dist/by-build-id", abi.builds[0]?.libcBuildId ?? ""))).toEqual(
      [],
    );
  });

  test("of a field moved with all sizes kept", async () => {
    const wrong = exchanged("link_map", "l_phnum", "l_ldnum");
    const cacheDir = join(root, ".cache/verify");
    const report = await verifyAbi({ abi: wrong, root: "/", checkout: root, cacheDir });
    expect(describeReport(report)).toMatch(/link_map\(.*\)\.l_phnum: expected 0x\w+, found /);
  });

  test("of a field that it lacks", async () => {
    const wrong = withFields("rtld_global_ro", (fields) =>
      fields.filter(({ name }) => name !== "_dl_catch_error"),
    );
    const cacheDir = join(root, ".cache/verify");
    const report = await verifyAbi({ abi: wrong, root: "/", checkout: root, cacheDir });
    expect(report.passed).toBe(false);
    expect(describeReport(report)).toMatch(/rules of layout: .* DIFFER/);
  });
});

describe("a linker that fits", () => {
  test("is proved once", async () => {
    const linker = join(root, "dist", abi.id, abi.soname);
    const told: string[] = [];
    const request = { abi, linker, system: "/", root, progress: (line: string) => told.push(line) };
    expect(await proveLinker(request)).toEqual({ verdict: "passed" });
    told.length = 0;
    expect(await proveLinker(request)).toEqual({ verdict: "passed" });
    expect(told).toEqual([]);
  });

  test("is not judged by another glibc", async () => {
    const other = allAbis.find((one) => one.arch === "x86_64" && one.id !== abi.id) as Abi;
    const linker = join(root, "dist", abi.id, abi.soname);
    const request = { abi: other, linker, system: "/", root, progress: () => {} };
    expect(await proveLinker(request)).toEqual({ verdict: "no glibc" });
  });
});

test("a behaviour's first different line is told, the end of the program too", () => {
  expect(firstDifference("tls", ["a", "ended with 0"], ["a", "ended with 0"])).toBeUndefined();
  expect(firstDifference("tls", ["a", "b", "ended with 0"], ["a", "died of SIGSEGV"])).toEqual({
    what: "behaviour tls",
    expected: '"b"',
    found: '"died of SIGSEGV"',
  });
});
