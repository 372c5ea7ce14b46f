/**
 * Makes the files of cases with the machine's compiler and link editor. Whatever is made lies in a cache under the
 * hash of all that went into it, so equal libraries of different cases are made once, and a rerun makes nothing.
 */
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "../harness/elf.ts";
import { workFolder } from "../harness/linkers.ts";
import type { Case, Definition, Unit } from "./language.ts";
import {
  compileOptions,
  fileOf,
  isFixed,
  linkOptions,
  sourceOf,
  unknownFlags,
  versionScript,
} from "./source.ts";
import { withTlsOffset } from "./tls-offset.ts";

const execute = promisify(execFile);
const cache = join(workFolder, "conformance");
const sources = join(import.meta.dirname, "src");

/** Room for any linker's path: see test/harness/elf.ts, withInterpreter. */
const interpreterRoom: Readonly<Record<Arch, string>> = {
  x86_64: `${"/".repeat(80)}lib64/ld-linux-x86-64.so.2`,
  i386: `${"/".repeat(80)}lib/ld-linux.so.2`,
};

/** Something in the cache: its path, and the hash that names it. */
interface Made {
  readonly path: string;
  readonly key: string;
}

function keyOf(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 20);
}

/** What is being made: two cases that want the same file at once get the same promise. */
const underWay = new Map<string, Promise<Made>>();

/** Makes a file of the cache unless it is there; `make` writes it to the path that it is given. */
function made(key: string, suffix: string, make: (path: string) => Promise<void>): Promise<Made> {
  const name = `${key}${suffix}`;
  const present = underWay.get(name);
  if (present !== undefined) return present;
  const path = join(cache, "files", key.slice(0, 2), name);
  const promise = existsSync(path)
    ? Promise.resolve({ path, key })
    : (async () => {
        mkdirSync(dirname(path), { recursive: true });
        const unfinished = `${path}.${process.pid}`;
        await make(unfinished);
        renameSync(unfinished, path);
        return { path, key };
      })();
  underWay.set(name, promise);
  return promise;
}

const shared = ["trace.h", "trace.c", "steps.c", "auditor.c"]
  .map((name) => readFileSync(join(sources, name), "utf8"))
  .join("\0");

async function tool(name: string, words: readonly string[]): Promise<void> {
  try {
    await execute(name, words);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(said.replaceAll(cache, "$cache"));
  }
}

function compilerFlags(arch: Arch): readonly string[] {
  const machine = arch === "i386" ? "-m32" : "-m64";
  return [
    machine,
    "-O1",
    "-g0",
    "-std=gnu11",
    "-w",
    "-fno-stack-protector",
    "-fno-asynchronous-unwind-tables",
    `-I${sources}`,
  ];
}

/** Compiles a text to an object file. */
function compile(text: string, options: readonly string[], arch: Arch): Promise<Made> {
  const flags = [...compilerFlags(arch), ...options];
  const key = keyOf(shared, text, ...flags.map((flag) => flag.replace(sources, "$sources")));
  return made(key, ".o", async (path) => {
    const source = `${path}.c`;
    writeFileSync(source, text);
    await tool("gcc", [...flags, "-x", "c", "-c", source, "-o", path]);
  });
}

function supportObjects(arch: Arch): readonly Promise<Made>[] {
  return ["trace.c", "steps.c"].map((name) =>
    compile(readFileSync(join(sources, name), "utf8"), ["-fPIC", "-fvisibility=hidden"], arch),
  );
}

/** A file of the C library's, where the compiler has it. */
function systemFile(name: string, arch: Arch): string {
  const key = `${name} ${arch}`;
  const known = systemFiles.get(key);
  if (known !== undefined) return known;
  const machine = arch === "i386" ? "-m32" : "-m64";
  const path = execFileSync("gcc", [machine, `-print-file-name=${name}`], {
    encoding: "utf8",
  }).trim();
  systemFiles.set(key, path);
  return path;
}
const systemFiles = new Map<string, string>();

function auditorText(unit: Unit): string {
  const heard = (unit.flags.get("auditor") || "search+activity+preinit+close+bind").split("+");
  const asks = heard.find((word) => /^\d+$/.test(word));
  return [
    `#define NAME "${unit.name}"\n#define VERSION ${unit.flags.get("version") ?? 0}\n`,
    ...(asks === undefined ? [] : [`#define ASKS ${asks}\n`]),
    ...heard.filter((word) => word !== asks).map((word) => `#define HEARS_${word.toUpperCase()}\n`),
    readFileSync(join(sources, "auditor.c"), "utf8"),
  ].join("");
}

function objectOf(unit: Unit, defines: readonly Definition[], arch: Arch): Promise<Made> {
  if (unit.flags.has("auditor")) return compile(auditorText(unit), ["-fPIC"], arch);
  return compile(sourceOf(unit, defines), compileOptions(unit), arch);
}

/** Links a unit's file. `needs` are the files that become its DT_NEEDED. */
async function link(
  unit: Unit,
  defines: readonly Definition[],
  needs: readonly Made[],
  arch: Arch,
): Promise<Made> {
  const own = await objectOf(unit, defines, arch);
  const inputs = [own, ...(await Promise.all(supportObjects(arch)))];
  const script = versionScript(defines);
  const kind = unit.name !== "main" ? ["-shared"] : isFixed(unit) ? [] : ["-pie"];
  const start = isFixed(unit) ? "crt1.o" : "Scrt1.o";
  const options = [
    ...linkOptions(unit, arch),
    ...kind,
    ...(unit.name === "main"
      ? [
          "--dynamic-linker",
          interpreterRoom[arch],
          "--unresolved-symbols=ignore-all",
          "--export-dynamic",
        ]
      : ["--allow-shlib-undefined"]),
  ];
  const key = keyOf(
    script ?? "",
    unit.flags.has("tlsoffset") ? "offset" : "",
    ...options,
    ...inputs.map((one) => one.key),
    ...needs.map((one) => one.key),
  );
  return made(key, ".elf", async (path) => {
    const scripts = script === undefined ? [] : ["--version-script", `${path}.map`];
    if (script !== undefined) writeFileSync(`${path}.map`, script);
    await tool("ld", [
      ...[...options, ...scripts, "-o", path],
      ...(unit.name === "main" ? [systemFile(start, arch), systemFile("crti.o", arch)] : []),
      ...inputs.map((one) => one.path),
      ...needs.map((one) => one.path),
      `-L${dirname(systemFile("libc.so", arch))}`,
      ...["--as-needed", "-ldl", "-lpthread", "--no-as-needed", "-lc"],
      ...(unit.name === "main" ? [systemFile("crtn.o", arch)] : []),
    ]);
    if (unit.flags.has("tlsoffset")) writeFileSync(path, withTlsOffset(readFileSync(path)));
  });
}

/** What others are linked to: a unit's definitions without its needs, so that cycles can be made. */
function stub(unit: Unit, arch: Arch): Promise<Made> {
  return link(
    unit,
    unit.defines.filter(({ marks }) => !marks.has("late")),
    [],
    arch,
  );
}

async function unitFile(unit: Unit, units: ReadonlyMap<string, Unit>, arch: Arch): Promise<Made> {
  const needs = unit.needs.map((name) => units.get(name)).filter((one) => one !== undefined);
  const stubs = await Promise.all(needs.map((one) => stub(one, arch)));
  return link(
    unit,
    unit.defines.filter(({ marks }) => !marks.has("gone")),
    stubs,
    arch,
  );
}

/** Makes the files of a case and returns the folder with them. Throws with what the compiler or link editor said. */
export async function makeCase(one: Case, arch: Arch): Promise<string> {
  const unknown = one.units.flatMap(unknownFlags);
  if (unknown.length > 0) throw new Error(`unknown flags: ${unknown.join(", ")}`);
  const units = new Map(one.units.map((unit) => [unit.name, unit]));
  const files = await Promise.all(
    one.units
      .filter(({ flags }) => !flags.has("absent"))
      .map(async (unit) => ({ name: fileOf(unit), from: await unitFile(unit, units, arch) })),
  );
  const key = keyOf(arch, ...files.flatMap(({ name, from }) => [name, from.key]));
  const folder = join(cache, "cases", key);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  for (const { name, from } of files) {
    mkdirSync(dirname(join(unfinished, name)), { recursive: true });
    linkSync(from.path, join(unfinished, name));
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else a case with the same files was first
  }
  return folder;
}
