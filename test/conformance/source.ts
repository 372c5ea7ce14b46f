/** A unit of a case as C, as a version script and as options of the compiler and the link editor. Pure. */
import type { Arch } from "../harness/elf.ts";
import type { Definition, Unit, Use } from "./language.ts";

/** The name of a unit's file, in the case's folder. */
export function fileOf(unit: Unit): string {
  const folder = unit.flags.get("dir");
  const file = unit.flags.get("file") ?? (unit.name === "main" ? "main" : `${unit.name}.so`);
  return folder === undefined ? file : `${folder}/${file}`;
}

/** What a definition says of itself. */
function textOf(definition: Definition, unit: Unit): string {
  const version = definition.version === undefined ? "" : `@${definition.version.name}`;
  return `${definition.name}${version} of ${unit.name}`;
}

const visibilities = ["hidden", "protected", "internal"];

/** Attributes of a definition's C declaration. */
function attributes(definition: Definition): string {
  const { marks } = definition;
  const visibility = visibilities.find((name) => marks.has(name)) ?? "default";
  const align = marks.get("align");
  return [
    `visibility("${visibility}")`,
    ...(marks.has("weak") ? ["weak"] : []),
    ...(align === undefined ? [] : [`aligned(${align})`]),
  ]
    .map((one) => `__attribute__((${one}))`)
    .join(" ");
}

/** The C name of a definition: a versioned one is bound to its name by `.symver`. */
function cName({ name, version }: Definition): string {
  return version === undefined ? name : `${name}_at_${version.name}`;
}

function versionLine(definition: Definition): string {
  const { name, version } = definition;
  if (version === undefined) return "";
  const mark = version.isDefault ? "@@" : "@";
  return `__asm__(".symver ${cName(definition)}, ${name}${mark}${version.name}");\n`;
}

function functionText(definition: Definition, unit: Unit): string {
  const name = cName(definition);
  const text = textOf(definition, unit);
  if (definition.marks.has("many")) return manyText(name, text, attributes(definition));
  if (definition.marks.has("ifunc"))
    return (
      `static const char *${name}_body(void) { return "${text}"; }\n` +
      `static function_type *${name}_choose(void) { return ${name}_body; }\n` +
      `${attributes(definition)} __attribute__((ifunc("${name}_choose"))) const char *${name}(void);\n`
    );
  return `${attributes(definition)} NOT_INLINED const char *${name}(void) { return "${text}"; }\n`;
}

const twelve = Array.from({ length: 12 }, (_, index) => index + 1);

/** A function of twelve integers and ten doubles: registers and the stack. */
function manyText(name: string, text: string, attribute: string): string {
  const integers = twelve.map((n) => `long i${n}`).join(", ");
  const doubles = twelve
    .slice(0, 10)
    .map((n) => `double d${n}`)
    .join(", ");
  const check = [
    ...twelve.map((n) => `i${n} == ${n}`),
    ...twelve.slice(0, 10).map((n) => `d${n} == ${n}.5`),
  ];
  return (
    `${attribute} NOT_INLINED const char *${name}(${integers}, ${doubles}) {\n` +
    `    return ${check.join(" && ")} ? "${text}, arguments right" : "${text}, arguments wrong";\n}\n`
  );
}

function dataText(definition: Definition, unit: Unit): string {
  const name = cName(definition);
  const { marks } = definition;
  const text = `"${textOf(definition, unit)}"`;
  const size = marks.get("size") ?? "TEXT_SIZE";
  if (marks.has("unique"))
    return (
      `extern char ${name}[];\n__attribute__((used)) static char ${name}_body[${size}] = ${text};\n` +
      `__asm__(".globl ${name}\\n.type ${name}, %gnu_unique_object\\n.size ${name}, 32\\n.set ${name}, ${name}_body");\n`
    );
  const constant = marks.has("const") ? "const " : "";
  return `${attributes(definition)} ${constant}char ${name}[${size}] = ${text};\n`;
}

function tlsText(definition: Definition, unit: Unit): string {
  const { marks } = definition;
  const size = marks.get("size") ?? "TEXT_SIZE";
  const value = marks.has("zero") ? "" : ` = "${textOf(definition, unit)}"`;
  return `${attributes(definition)} __thread char ${cName(definition)}[${size}]${value};\n`;
}

function definitionText(definition: Definition, unit: Unit): string {
  const text =
    definition.kind === "function"
      ? functionText(definition, unit)
      : definition.kind === "data"
        ? dataText(definition, unit)
        : tlsText(definition, unit);
  return `${text}${versionLine(definition)}`;
}

const models: Readonly<Record<string, string>> = {
  gd: "global-dynamic",
  ld: "local-dynamic",
  ie: "initial-exec",
  le: "local-exec",
};

/** The C name that a use is written with: a reference to a version has a name of its own. */
function usedName({ name, version }: Use): string {
  return version === undefined ? name : `${name}_from_${version}`;
}

/** Declares what is used and not defined in the same unit. */
function declaration(use: Use, isDefined: boolean): string {
  const name = usedName(use);
  const model = [...use.marks.keys()].map((mark) => models[mark]).find((one) => one !== undefined);
  const attribute =
    `${use.isWeak ? " __attribute__((weak))" : ""}` +
    `${use.marks.has("protected") ? ' __attribute__((visibility("protected")))' : ""}` +
    `${model === undefined ? "" : ` __attribute__((tls_model("${model}")))`}`;
  const version =
    use.version === undefined ? "" : `__asm__(".symver ${name}, ${use.name}@${use.version}");\n`;
  if (use.kind === "function") {
    const type = use.access === "many" ? "()" : "(void)";
    return isDefined ? "" : `extern const char *${name}${type}${attribute};\n${version}`;
  }
  const thread = use.kind === "tls" ? "__thread " : "";
  if (isDefined && model === undefined) return "";
  // The size is the definition's to say: a copy relocation takes it from there.
  return `extern ${thread}char ${name}[]${attribute};\n${version}`;
}

/** The statements of a use in `use_…`. */
function useText(use: Use, unit: Unit): string {
  const name = usedName(use);
  const said = `${unit.name}: ${use.version === undefined ? use.name : `${use.name}@${use.version}`}`;
  const statement = accessText(use, name, said, unit);
  return use.isWeak && use.kind !== "tls"
    ? `    if (${name} == 0)\n        say("${said} is not there", NULL);\n    else\n    ${statement}`
    : statement;
}

function accessText(use: Use, name: string, said: string, unit: Unit): string {
  switch (use.access) {
    case "call":
      return `    say("${said}() = ", ${name}(), NULL);\n`;
    case "many": {
      const given = [...twelve.map((n) => `${n}L`), ...twelve.slice(0, 10).map((n) => `${n}.5`)];
      return `    say("${said}(...) = ", ${name}(${given.join(", ")}), NULL);\n`;
    }
    case "address":
      return (
        `    { function_type *volatile seen = ${name};\n` +
        `    say("${said} at ", seen(), ", ", identity("${use.name}", (void *)seen), NULL); }\n`
      );
    case "pointer":
      return (
        `    { static function_type *volatile seen = ${name};\n` +
        `    say("${said} by pointer ", seen(), ", ", identity("${use.name}", (void *)seen), NULL); }\n`
      );
    case "read": {
      const align = use.marks.get("align");
      const place = align === undefined ? "" : `, " ", alignment_of(${name}, ${align})`;
      return `    say("${said} = ", (const char *)${name}${place}, NULL);\n`;
    }
    case "write":
      return `    { static const char text[] = "${use.name} by ${unit.name}";\n    for (unsigned at = 0; at < sizeof(text); at++)\n        ((volatile char *)${name})[at] = text[at]; }\n`;
  }
}

function constructorText(unit: Unit): string {
  const { name, flags, first, last } = unit;
  const quiet = flags.has("quiet");
  const run = (steps: string): string => (steps === "" ? "" : ` run_steps("${steps}");`);
  const up = `say("+${name}${flags.has("init") ? " by array" : ""}", NULL);${run(first)}`;
  const down = `${run(last)} say("-${name}", NULL);`;
  const old = flags.has("init")
    ? `SHOWN void init_${name}(void) { say("+${name} by DT_INIT", NULL); }\n` +
      `SHOWN void fini_${name}(void) { say("-${name} by DT_FINI", NULL); }\n`
    : "";
  const before = flags.has("preinit")
    ? `static void early(void) { say("preinit of ${name}", NULL); }\n` +
      `__attribute__((section(".preinit_array"), used)) static void (*early_entry)(void) = early;\n`
    : "";
  if (quiet) return old + before;
  return (
    `${old}${before}__attribute__((constructor)) static void up(void) { ${up} }\n` +
    `__attribute__((destructor)) static void down(void) { ${down} }\n`
  );
}

/** The C of a unit. */
export function sourceOf(unit: Unit, defines: readonly Definition[]): string {
  const own = new Set(
    defines.filter(({ version }) => version === undefined).map(({ name }) => name),
  );
  const declarations = new Set(unit.uses.map((use) => declaration(use, own.has(use.name))));
  // A reference to a symbol of the unit itself: declared before the definition takes it.
  return [
    '#include <stddef.h>\n#include "trace.h"\n',
    ...defines.map((definition) => definitionText(definition, unit)),
    ...declarations,
    `SHOWN void use_${unit.name}(void);\n`,
    `SHOWN void use_${unit.name}(void) {\n`,
    ...unit.uses.map((use) => useText(use, unit)),
    "}\n",
    constructorText(unit),
    ...(unit.name === "main" ? [mainText] : []),
  ].join("");
}

const mainText = `
int main(int count, char **words) {
    say("main", NULL);
    for (int index = 1; index < count; index++)
        run_steps(words[index]);
    say("end of main", NULL);
    return 0;
}
`;

/** The version script of what a unit defines, or undefined without versions. */
export function versionScript(defines: readonly Definition[]): string | undefined {
  const names = [...new Set(defines.flatMap(({ version }) => version?.name ?? []))].sort();
  if (names.length === 0) return undefined;
  return names
    .map((name, index) => `${name} { }${index === 0 ? "" : ` ${names[index - 1]}`};\n`)
    .join("");
}

/** Flags of a unit that the link editor has under the same name behind `-z`. */
const zFlags: Readonly<Record<string, string>> = {
  initfirst: "initfirst",
  nodelete: "nodelete",
  interpose: "interpose",
  nodeflib: "nodefaultlib",
  noopen: "nodlopen",
  origin: "origin",
  global: "global",
  now: "now",
  execstack: "execstack",
  relr: "pack-relative-relocs",
  norelro: "norelro",
  combreloc: "nocombreloc",
  separate: "separate-code",
  noseparate: "noseparate-code",
};

const valueFlags: Readonly<Record<string, string>> = {
  filter: "--filter=",
  auxiliary: "--auxiliary=",
  audit: "--audit=",
  depaudit: "--depaudit=",
  hash: "--hash-style=",
  maxpage: "-zmax-page-size=",
  stack: "-zstack-size=",
};

/** Whether the file of a unit is an executable at a fixed address. */
export function isFixed(unit: Unit): boolean {
  return unit.name === "main" && unit.flags.has("nopie");
}

/** Options of the compiler for a unit. */
export function compileOptions(unit: Unit): readonly string[] {
  const { flags } = unit;
  const code =
    isFixed(unit) || flags.has("textrel")
      ? "-fno-pic"
      : unit.name === "main" && !flags.has("got")
        ? "-fPIE"
        : "-fPIC";
  return [
    code,
    ...(flags.has("tlsdesc") ? ["-mtls-dialect=gnu2"] : []),
    ...(flags.has("noplt") ? ["-fno-plt"] : []),
    ...(code === "-fPIC" ? [] : ["-Wno-error"]),
  ];
}

/** Options of the link editor for a unit, but for its inputs. */
export function linkOptions(unit: Unit, arch: Arch): readonly string[] {
  const { flags, name } = unit;
  const soname = flags.get("soname") ?? (name === "main" ? "" : fileOf(unit).replace(/^.*\//, ""));
  const runpath =
    flags.get("runpath") ?? (flags.has("rpath") || flags.has("norunpath") ? "" : "$ORIGIN");
  const rpath = flags.get("rpath");
  return [
    ...["-m", arch === "i386" ? "elf_i386" : "elf_x86_64", "--no-as-needed", "--eh-frame-hdr"],
    ...(soname === "" ? [] : ["-soname", soname]),
    ...(runpath === "" ? [] : ["-rpath", runpath, "--enable-new-dtags"]),
    ...(rpath === undefined ? [] : ["-rpath", rpath, "--disable-new-dtags"]),
    ...(flags.has("now") ? [] : ["-z", "lazy"]),
    ...(flags.has("relro") || flags.has("now") ? ["-z", "relro"] : []),
    ...(flags.has("textrel") ? ["-z", "notext"] : []),
    ...(flags.has("symbolic") ? ["-Bsymbolic"] : []),
    ...(flags.has("strip") ? ["-s"] : []),
    ...(flags.has("init") ? ["-init", `init_${name}`, "-fini", `fini_${name}`] : []),
    ...[...flags].flatMap(([flag]) =>
      zFlags[flag] === undefined || flag === "now" ? [] : ["-z", zFlags[flag] ?? ""],
    ),
    ...[...flags].flatMap(([flag, value]) =>
      valueFlags[flag] === undefined
        ? []
        : value.split("+").map((one) => `${valueFlags[flag]}${one}`),
    ),
  ];
}

const knownFlags = new Set([
  ...Object.keys(zFlags),
  ...Object.keys(valueFlags),
  ...[
    "dir",
    "file",
    "soname",
    "runpath",
    "rpath",
    "norunpath",
    "relro",
    "textrel",
    "symbolic",
    "strip",
    "init",
  ],
  ...[
    "nopie",
    "got",
    "tlsdesc",
    "noplt",
    "quiet",
    "preinit",
    "absent",
    "auditor",
    "version",
    "tlsoffset",
  ],
]);

/** The flags of a unit that nothing here knows. */
export function unknownFlags(unit: Unit): readonly string[] {
  return [...unit.flags.keys()].filter((flag) => !knownFlags.has(flag));
}
