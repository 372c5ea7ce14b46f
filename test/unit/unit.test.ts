/**
 * The pure parts of the runtime, natively, under the address and undefined-behaviour sanitizers.
 *
 * Each `*_test.c` here is a program: its first line names the sources it tests, and each line `ok NAME`
 * or `FAILED NAME` that it prints becomes a test.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { abiById } from "../../codegen/abi/index.ts";
import { generatedFiles } from "../../codegen/generate.ts";
import { writeTree } from "../../codegen/source-tree.ts";
import { root } from "../harness/linkers.ts";

const run = promisify(execFile);
const out = join(root, "build/unit");
const generated = join(out, "generated");

/** The ABI whose headers the sources are compiled against: any one of the native architecture. */
const ABI = "glibc-2.36-x86_64";

/** What keeps a test program from offering its symbols to libc, which would take them for ld.so's. */
const exportsNothing = join(out, "exports-nothing.map");

const FLAGS = [
  "-std=gnu11",
  "-g",
  "-O1",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
  "-fno-sanitize=nonnull-attribute", // the runtime's own mem* take NULL with size 0
  "-ffunction-sections",
  "-Wl,--gc-sections", // a source may hold functions that need more than its test links
  `-Wl,--version-script=${exportsNothing}`,
  `-I${join(root, "runtime")}`,
  `-I${generated}`,
];

/** What the runtime defines under names of the C library, which the sanitizers watch over. */
const LIBC_NAMES = ["memcpy", "memmove", "memset", "memcmp", "strlen", "index"];
const DEFINES_LIBC_NAMES = "runtime/base/text.c";

/** One line of a test program's report. */
interface Case {
  readonly name: string;
  readonly passed: boolean;
}

/** What running one test program gave. */
interface Report {
  readonly file: string;
  readonly cases: readonly Case[];
  /** Empty when the program ended well: compiler or sanitizer output otherwise. */
  readonly trouble: string;
}

/** The sources named in the first line of a test. */
function sourcesOf(text: string): readonly string[] {
  const named = /^\/\/ sources: (.+)$/m.exec(text.split("\n", 1)[0] ?? "")?.[1];
  if (named === undefined) throw new Error("the first line must be `// sources: runtime/...`");
  return named.split(/\s+/);
}

/** The cases in a program's output. */
function casesOf(output: string): readonly Case[] {
  return [...output.matchAll(/^(ok|FAILED) (.+)$/gm)].map(([, word, name]) => ({
    name: name ?? "",
    passed: word === "ok",
  }));
}

/** Compiles the file whose names would take the place of libc's, with those names changed to runtime_*. */
async function compileRenamed(source: string, object: string): Promise<void> {
  await run("gcc", [...FLAGS, "-fno-builtin", "-c", join(root, source), "-o", object]);
  const renames = LIBC_NAMES.flatMap((name) => ["--redefine-sym", `${name}=runtime_${name}`]);
  await run("objcopy", [...renames, object]);
}

/** Compiles a test with its sources; returns the program. */
async function compile(file: string): Promise<string> {
  const program = join(out, basename(file, ".c"));
  const sources = sourcesOf(readFileSync(file, "utf8"));
  const renamed = sources.includes(DEFINES_LIBC_NAMES) ? [`${program}.text.o`] : [];
  for (const object of renamed) await compileRenamed(DEFINES_LIBC_NAMES, object);
  const plain = sources.filter((path) => path !== DEFINES_LIBC_NAMES);
  await run("gcc", [
    ...FLAGS,
    file,
    ...plain.map((path) => join(root, path)),
    ...renamed,
    "-o",
    program,
  ]);
  return program;
}

async function report(file: string): Promise<Report> {
  try {
    const program = await compile(file);
    const { stdout } = await run(program, [], { cwd: root, maxBuffer: 1 << 26 });
    return { file, cases: casesOf(stdout), trouble: "" };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const cases = casesOf(stdout);
    const explained = cases.some(({ passed }) => !passed) && stderr === "";
    return { file, cases, trouble: explained ? "" : stderr || String(error) };
  }
}

/** Compiles and runs them all, two at a time. */
async function reportAll(files: readonly string[]): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      reports.push(await report(file));
    }
  };
  await Promise.all([work(), work()]);
  return reports.sort((a, b) => (a.file < b.file ? -1 : 1));
}

const abi = abiById(ABI);
if (abi === undefined) throw new Error(`no ABI ${ABI}`);
mkdirSync(out, { recursive: true });
writeFileSync(exportsNothing, "{ local: *; };\n");
writeTree(generated, generatedFiles(root, abi));
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith("_test.c"))
  .map((name) => join(import.meta.dirname, name));

for (const { file, cases, trouble } of await reportAll(files)) {
  describe(basename(file), () => {
    it("compiles and ends without a sanitizer's complaint", () => {
      expect(trouble).toBe("");
      expect(cases.length).toBeGreaterThan(0);
    });
    for (const { name, passed } of cases) {
      it(name, () => expect(passed).toBe(true));
    }
  });
}
