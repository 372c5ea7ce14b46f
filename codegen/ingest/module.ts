/**
 * An ABI description -> the text of a TypeScript module, and of the list of all modules, through
 * ts-morph. Pure: whoever calls it writes the files.
 */
import { Project, type SourceFile, VariableDeclarationKind } from "ts-morph";
import type { Abi, Type } from "../abi/model.ts";
import { maskedEntry } from "./prologue.ts";

/** As the formatter's, so that it leaves the modules as they are. */
const LINE_WIDTH = 100;
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** A type as an expression over the short names of `codegen/abi/types.ts`. */
function typeText(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `${type.signed ? "s" : "u"}${type.size * 8}`;
    case "pointer":
      return type.to === undefined ? "pointer()" : `pointer(${JSON.stringify(type.to)})`;
    case "function-pointer":
      return "functionPointer";
    case "struct":
      return `struct(${JSON.stringify(type.name)})`;
    case "array":
      return `array(${typeText(type.of)}, ${type.count})`;
    case "bytes":
      return `bytes(${type.size})`;
  }
}

function isType(key: string, value: unknown): value is Type {
  return key === "type" && typeof value === "object";
}

function keyText(key: string): string {
  return PLAIN_KEY.test(key) ? key : JSON.stringify(key);
}

function inline(value: unknown, key = ""): string {
  if (isType(key, value)) return typeText(value);
  if (Array.isArray(value)) return `[${value.map((item) => inline(item)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([k, item]) => `${keyText(k)}: ${inline(item, k)}`);
  return `{ ${entries.join(", ")} }`;
}

/** One line where it fits, else one line for each element: a field of a struct is a line. */
function literal(value: unknown, indent: string, used: number, key = ""): string {
  const short = inline(value, key);
  const isPlain = typeof value !== "object" || value === null || isType(key, value);
  if (isPlain || indent.length + used + short.length <= LINE_WIDTH) return short;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${deeper}${literal(item, deeper, 1)},`);
    return `[\n${items.join("\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([k, item]) => {
    const start = `${keyText(k)}: `;
    return `${deeper}${start}${literal(item, deeper, start.length + 1, k)},`;
  });
  return `{\n${entries.join("\n")}\n${indent}}`;
}

/** The names of `codegen/abi/types.ts` that a module's text uses. */
function usedTypeNames(text: string): string[] {
  const names = text.match(
    /(?<=[ (])(?:[su](?:8|16|32|64)|functionPointer)(?=[ ,)])|\b(?:pointer|struct|array|bytes)(?=\()/g,
  );
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function typesImport(names: readonly string[]): string {
  const short = `import { ${names.join(", ")} } from "./types.ts";`;
  if (short.length <= LINE_WIDTH) return short;
  return `import {\n${names.map((name) => `  ${name},`).join("\n")}\n} from "./types.ts";`;
}

/** `glibc-2.36-x86_64` -> `glibc_2_36_x86_64`, the name of the module's only export. */
export function abiConstantName(id: string): string {
  return id.replace(/[^A-Za-z0-9_]/g, "_");
}

function sourceFile(name: string): SourceFile {
  const project = new Project({ useInMemoryFileSystem: true });
  return project.createSourceFile(name);
}

function finishedText(file: SourceFile, firstLine: string): string {
  file.formatText({ indentSize: 2, ensureNewLineAtEndOfFile: true });
  return `${firstLine}\n${file.getFullText()}`;
}

/** The text of `codegen/abi/<id>.ts`. */
export function abiModuleText(abi: Abi): string {
  const file = sourceFile(`${abi.id}.ts`);
  file.addImportDeclaration({
    isTypeOnly: true,
    namedImports: ["Abi"],
    moduleSpecifier: "./model.ts",
  });
  const initializer = literal(abi, "", LINE_WIDTH);
  file.addStatements(typesImport(usedTypeNames(initializer)));
  file.addVariableStatement({
    isExported: true,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name: abiConstantName(abi.id), type: "Abi", initializer }],
  });
  const source = abi.builds[0]?.package ?? abi.id;
  return finishedText(
    file,
    `// Written by \`wine-ld abi import\` from ${source}; not edited by hand.`,
  );
}

function moduleListLiteral(ids: readonly string[]): string {
  const names = ids.map(abiConstantName);
  const short = `[${names.join(", ")}]`;
  const declaration = "export const modules: readonly Abi[] = ;";
  if (declaration.length + short.length <= LINE_WIDTH) return short;
  return `[\n${names.map((name) => `  ${name},`).join("\n")}\n]`;
}

/** The text of `codegen/abi/modules.ts`: every module, newest glibc last. */
export function moduleListText(ids: readonly string[]): string {
  const sorted = [...ids].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const file = sourceFile("modules.ts");
  for (const id of sorted) {
    file.addImportDeclaration({
      namedImports: [abiConstantName(id)],
      moduleSpecifier: `./${id}.ts`,
    });
  }
  file.addImportDeclaration({
    isTypeOnly: true,
    namedImports: ["Abi"],
    moduleSpecifier: "./model.ts",
  });
  file.addVariableStatement({
    isExported: true,
    declarationKind: VariableDeclarationKind.Const,
    docs: ["Every known ABI."],
    declarations: [
      { name: "modules", type: "readonly Abi[]", initializer: moduleListLiteral(sorted) },
    ],
  });
  return finishedText(file, "// Written by `wine-ld abi import`; not edited by hand.");
}

/**
 * An import joined with the module that already has its id: the build is added to the known ones when
 * everything else is the same but addresses in the code of entries.
 * @returns undefined when the two differ in more than the builds
 */
export function joinBuilds(known: Abi, imported: Abi): Abi | undefined {
  const withoutBuilds = (abi: Abi) =>
    JSON.stringify({ ...abi, builds: [], mmapEntries: abi.mmapEntries.map(maskedEntry) });
  if (withoutBuilds(known) !== withoutBuilds(imported)) return undefined;
  const fresh = imported.builds.filter(
    (build) => !known.builds.some((other) => other.libcBuildId === build.libcBuildId),
  );
  return { ...known, builds: [...fresh, ...known.builds] };
}
