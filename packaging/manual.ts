/** Manual pages and completions, from the tables that the command and the linker work by. Pure. */
import type { Command } from "commander";

/** A page's place in the manual. */
interface Heading {
  readonly name: string;
  readonly section: number;
  /** "2026-11-28". */
  readonly date: string;
  readonly version: string;
  readonly summary: string;
}

/** Text as roff takes it. */
function plain(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function heading({ name, section, date, version, summary }: Heading): string {
  return [
    `.TH "${name.toUpperCase()}" ${section} "${date}" "wine-ld ${version}"`,
    ".SH NAME",
    `${plain(name)} \\- ${plain(summary)}`,
  ].join("\n");
}

/** A term and what it means. */
const entry = (term: string, text: string) => `.TP\n\\fB${plain(term)}\\fR\n${plain(text)}`;

/** Each command that does something, with its words before it. */
export function commandsOf(program: Command, words = ""): readonly (readonly [string, Command])[] {
  return program.commands.flatMap((command) => {
    const path = `${words}${command.name()}`;
    return command.commands.length > 0
      ? commandsOf(command, `${path} `)
      : [[path, command] as const];
  });
}

const argumentsOf = (command: Command) =>
  command.registeredArguments.map((argument) => {
    const name = `${argument.name().toUpperCase()}${argument.variadic ? "..." : ""}`;
    return argument.required ? name : `[${name}]`;
  });

/** wine-ld(1). */
export function commandPage(
  program: Command,
  about: Omit<Heading, "name" | "section" | "summary">,
): string {
  const sections = commandsOf(program).flatMap(([words, command]) => [
    entry(["wine-ld", words, ...argumentsOf(command)].join(" "), command.description()),
    ".RS",
    ...command.options.map(({ flags, description }) => entry(flags, description)),
    ".RE",
  ]);
  return `${[
    heading({
      ...about,
      name: "wine-ld",
      section: 1,
      summary: "run programs under a linker that owns their address space",
    }),
    ".SH SYNOPSIS",
    ".B wine\\-ld",
    "COMMAND [OPTIONS] [ARGUMENTS]",
    ".SH DESCRIPTION",
    plain(program.description()),
    ".SH COMMANDS",
    ...sections,
    ".SH FILES",
    entry(
      "$XDG_CONFIG_HOME/wine-ld/config",
      "Settings: lines NAME = VALUE (wine, policy, preloader), those behind a line [PROGRAM] for that program.",
    ),
    entry("/var/lib/wine-ld/installed", "The programs that `wine-ld install` has changed."),
    ".SH EXIT STATUS",
    plain(
      "That of the program that was started; 126 and 127 where it cannot be run or found, 2 for wrong usage, 1 for another failure.",
    ),
    ".SH SEE ALSO",
    ".BR ld\\-wine (8),",
    ".BR wine\\-ld.policy (5),",
    ".BR ld.so (8)",
  ].join("\n")}\n`;
}

/** ld-wine(8), from what the linker prints for --help. */
export function linkerPage(
  help: string,
  about: Omit<Heading, "name" | "section" | "summary">,
): string {
  const table = (text: string) =>
    [...text.matchAll(/^ {2}(\S.*?)(?: {2,}|\n {20,})(\S.*(?:\n {20,}\S.*)*)/gm)].map(
      ([, term = "", words = ""]) => entry(term, words.replaceAll(/\s+/g, " ")),
    );
  const [options = ""] = help.split("This program interpreter self-identifies");
  const [, variables = ""] = help.split("Environment variables of its own:");
  return `${[
    heading({
      ...about,
      name: "ld-wine",
      section: 8,
      summary: "dynamic linker that owns the address space",
    }),
    ".SH SYNOPSIS",
    plain("ld-linux-x86-64.so.2 [OPTION]... PROGRAM [ARGUMENTS]"),
    ".SH DESCRIPTION",
    plain(
      "Stands where ld.so(8) stands, takes its options and environment with their meaning, and places every mapping of the process.",
    ),
    ".SH OPTIONS",
    ...table(options),
    ".SH ENVIRONMENT",
    ...table(variables),
    ".SH SEE ALSO",
    ".BR ld.so (8),",
    ".BR wine\\-ld (1),",
    ".BR wine\\-ld.policy (5)",
  ].join("\n")}\n`;
}

/** wine-ld.policy(5), from the part of the documents that describes the language. */
export function policyPage(
  text: string,
  about: Omit<Heading, "name" | "section" | "summary">,
): string {
  const words = (markdown: string) =>
    markdown
      .replaceAll(/`([^`]*)`/g, "$1")
      .replaceAll("\\|", "|")
      .replaceAll("**", "");
  const lines = text.split("\n").flatMap((line) => {
    const [, term, meaning] = /^\| (.*?[^\\]) \| (.*) \|$/.exec(line) ?? [];
    if (term !== undefined && meaning !== undefined)
      return term === "statement" ? [] : [entry(words(term), words(meaning))];
    if (/^\|-/.test(line)) return [];
    return line === "" ? [".PP"] : [plain(words(line))];
  });
  return `${[
    heading({ ...about, name: "wine-ld.policy", section: 5, summary: "where mappings go" }),
    ".SH DESCRIPTION",
    ...lines,
    ".SH SEE ALSO",
    ".BR wine\\-ld (1),",
    ".BR ld\\-wine (8)",
  ].join("\n")}\n`;
}

/** What may follow a command: its options, long ones. */
const optionsOf = (command: Command) => command.options.flatMap(({ long }) => long ?? []);

/** Completion for the three shells, by path below the prefix. */
export function completions(program: Command): ReadonlyMap<string, string> {
  const all = commandsOf(program);
  const firsts = program.commands.map((command) => command.name());
  const seconds = program.commands.filter(({ commands }) => commands.length > 0);
  return new Map([
    ["share/bash-completion/completions/wine-ld", bashText(firsts, seconds, all)],
    ["share/zsh/vendor-completions/_wine-ld", zshText(program)],
    ["share/fish/vendor_completions.d/wine-ld.fish", fishText(program, all)],
  ]);
}

function bashText(
  firsts: readonly string[],
  groups: readonly Command[],
  all: readonly (readonly [string, Command])[],
): string {
  const cases = [
    ...groups.map((group) => [
      group.name(),
      group.commands.map((command) => command.name()).join(" "),
    ]),
    ...all.map(([words, command]) => [words, optionsOf(command).join(" ")]),
  ].map(([words, list]) => `        "${words}") words="${list}" ;;`);
  return `# Completion of wine-ld for bash.
_wine_ld() {
    local word=\${COMP_WORDS[COMP_CWORD]} words="" path="\${COMP_WORDS[1]}"
    case $path in ${groups.map((group) => group.name()).join("|")}) [ "$COMP_CWORD" -gt 2 ] && path="$path \${COMP_WORDS[2]}" ;; esac
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="${firsts.join(" ")} --help --version"
    else
        case $path in
${cases.join("\n")}
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _wine_ld wine-ld
`;
}

const quoted = (text: string) => text.replaceAll("'", "'\\''");

function zshText(program: Command): string {
  const described = (commands: readonly Command[]) =>
    commands
      .map(
        (command) =>
          `        '${command.name()}:${quoted(command.description().replaceAll(":", ""))}'`,
      )
      .join("\n");
  const options = commandsOf(program)
    .map(([words, command]) => `        '${words}') compadd -- ${optionsOf(command).join(" ")} ;;`)
    .join("\n");
  const groups = program.commands
    .filter(({ commands }) => commands.length > 0)
    .map((group) => {
      const names = group.commands.map((command) => command.name()).join(" ");
      return `        ${group.name()}) (( CURRENT == 3 )) && compadd -- ${names} ;;`;
    });
  return `#compdef wine-ld
# Completion of wine-ld for zsh.
_wine_ld() {
    local -a commands
    commands=(
${described(program.commands)}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    case $words[2] in
${groups.join("\n")}
    esac
    case "$words[2]" in
${options}
    esac
    _files
}
_wine_ld "$@"
`;
}

function fishText(program: Command, all: readonly (readonly [string, Command])[]): string {
  const firsts = program.commands.map(
    (command) =>
      `complete -c wine-ld -n __fish_use_subcommand -a ${command.name()} -d '${quoted(command.description())}'`,
  );
  const options = all.flatMap(([words, command]) =>
    optionsOf(command).map((option) => {
      const seen = words
        .split(" ")
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join("; and ");
      return `complete -c wine-ld -n '${seen}' -l ${option.slice(2)}`;
    }),
  );
  return `# Completion of wine-ld for fish.\n${[...firsts, ...options].join("\n")}\n`;
}
