/**
 * The `wine-ld` command: words to calls. What a command does is in codegen/ and in the file of its name
 * here; those are loaded when they are called, so that the quick ones stay quick.
 */

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, Option } from "commander";
import { CommandError } from "./command-error.ts";
import { jsonText } from "./json-text.ts";
import { isCheckout, version } from "./project-root.ts";
import { isSystemError, systemErrorText } from "./system-error.ts";
import { wantsColour, widthOf } from "./terminal.ts";
import { describeWineCommands } from "./wine/commands.ts";

/** Runs the command with these arguments (without `node` and the script); returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  process.stdout.on("error", endOfReader);
  const program = describeCommand(args, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    return report(error);
  }
}

/** Whoever read the output has seen enough (`| head`), or it cannot be written. */
function endOfReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`wine-ld: ${systemErrorText(error, "standard output")}\n`);
  process.exit(1);
}

/** Errors that the language throws: a mistake in the command itself, shown with its trace. */
const BUGS: readonly unknown[] = [Error, TypeError, RangeError, ReferenceError, SyntaxError];
/** Errors whose lines begin with a place in a source file. */
const WITH_PLACES = ["GenerationError", "CompileError"];

/** Says what went wrong and returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof Error)) throw error;
  const isBug = BUGS.includes(error.constructor) && !("code" in error);
  // The replayer's complaints are the linker's own, which say whose they are.
  const named = WITH_PLACES.includes(error.name) || error.message.startsWith("wine-ld: ");
  const sentence = isSystemError(error) ? systemErrorText(error) : error.message;
  process.stderr.write(`${isBug || named ? "" : "wine-ld: "}${isBug ? error.stack : sentence}\n`);
  return error instanceof CommandError ? error.status : 1;
}

/** commander's complaints, as the command makes its own. */
function complaint(text: string): string {
  return text.replace(/^error: (.*)\n$/, "wine-ld: $1 (see `wine-ld --help`)\n");
}

const tell = (line: string) => void process.stderr.write(`${line}\n`);
const collect = (value: string, previous: readonly string[] | undefined) => [
  ...(previous ?? []),
  value,
];

/** For programs that read what is printed. */
const JSON_OPTION = ["--json", "print data, for programs"] as const;

/**
 * All commands with their options.
 * @param finish is told the exit status
 * @param withSources those too that need the sources
 */
export function describeCommand(
  args: readonly string[],
  finish: (status: number) => void,
  withSources = isCheckout,
): Command {
  const program = new Command("wine-ld")
    .description("A dynamic linker for unmodified glibc programs that owns the address space.")
    .version(`wine-ld ${version()}`, "-V, --version", "print the version")
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(complaint(text)) })
    .exitOverride();

  program
    .command("run")
    .description("start a program under the linker for its glibc")
    .argument("<program>", "a path, or a name on PATH")
    .argument("[args...]", "arguments of the program")
    .passThroughOptions()
    .action(async (name, args) => finish(await (await import("./run.ts")).run(name, args)));

  program
    .command("launcher")
    .description(
      "write a shell script that starts a program, or wine, under the linker, without this command",
    )
    .argument("<file>", "the script to write")
    .argument("[program]", "default: the wine that `wine-ld wine` would run")
    .argument("[args...]", "arguments of the program that come before those of the script")
    .passThroughOptions()
    .action(async (file, name, args) =>
      finish(await (await import("./launcher.ts")).writeLauncher(file, name, args)),
    );

  program
    .command("clean")
    .description(
      "remove what was made for this user: copies of wine's loaders, unfinished downloads",
    )
    .option("--all", "and the wine that `wine --provision` has fetched")
    .action(async (options) => finish((await import("./clean.ts")).clean(options)));

  describeWineCommands(program, finish);

  const abi = program.command("abi").description("what is known of glibcs");
  describeAbiCommands(abi, finish, withSources);

  describeSpaceCommands(program, args, finish, withSources);

  program
    .command("doctor")
    .description("what works on this machine, and the command that mends what does not")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { describeFindings, diagnose } = await import("./doctor.ts");
      const findings = await diagnose(process.env);
      const lines = options.json === true ? [jsonText(findings)] : describeFindings(findings);
      for (const line of lines) process.stdout.write(`${line}\n`);
      finish(findings.some(({ state }) => state === "broken") ? 1 : 0);
    });

  if (withSources) describeSourceCommands(program, finish);
  return program;
}

/** Those that need the sources. */
function describeSourceCommands(program: Command, finish: (status: number) => void): void {
  program
    .command("build")
    .description("generate and compile linkers; without options: for the glibc of this machine")
    .option("--abi <id>", "a known ABI, see `wine-ld abi list`; may be repeated", collect)
    .addOption(new Option("--arch <arch>", "one architecture only").choices(["x86_64", "i386"]))
    .option("--all", "for this machine's glibc and every known ABI")
    .option("--out <folder>", "where the linkers go (default: dist)")
    .addOption(
      new Option("--optimize <mode>", "how to compile; Debug is for a debugger").choices([
        "Debug",
        "ReleaseFast",
      ]),
    )
    .option("--golden", "refresh the trees under test/golden instead of building")
    .action(async (options) => finish(await (await import("./build.ts")).build(options)));

  program
    .command("lint")
    .description("hold the project's rules against its C sources")
    .option("--layers", "draw the layers of the runtime, from its includes")
    .action(async ({ layers }: { layers?: boolean }) => {
      const { lintProject, showLayers } = await import("./lint.ts");
      return finish(layers === true ? showLayers() : lintProject());
    });
}

function describeSpaceCommands(
  program: Command,
  args: readonly string[],
  finish: (status: number) => void,
  withSources: boolean,
): void {
  const print = (lines: readonly string[]) => {
    for (const line of lines) process.stdout.write(`${line}\n`);
    finish(0);
  };
  program
    .command("map")
    .description("show an address space: of a process, a list of mappings, a trace, or a program")
    .argument("[words...]", "PID, FILE, or -- PROGRAM [ARGS]")
    .option("--compare <pid|file>", "show this one first, as what was before")
    .option("--svg <file>", "draw it")
    .option("--html <file>", "draw it on a page")
    .option("--moment <when>", "of a trace or program: end, peak, or milliseconds", "end")
    .option(
      "--after <seconds>",
      "of a program: ask the kernel then, or when it is stopped; then end it",
    )
    .option("--owners <count>", "lines of the table of owners", "20")
    .option(...JSON_OPTION)
    .action(async (words, options) => {
      const colour = wantsColour(process.stdout, process.env);
      const width = widthOf(process.stdout);
      const isProgram = args.includes("--");
      const write = (line: string) => void process.stdout.write(`${line}\n`);
      const output = { colour, width, print: write };
      finish(await (await import("./map.ts")).showMap(words, isProgram, options, output));
    });

  const trace = program.command("trace").description("calls recorded with WINE_LD_TRACE=FILE");

  trace
    .command("show")
    .description("print the records of a trace")
    .argument("<file>")
    .option("--op <call>", "these calls only (map, unmap, ...); may be repeated", collect)
    .option("--at <address>", "records that touch this address")
    .option("--least <size>", "records of at least this size")
    .option("--failed", "calls that failed")
    .option("--summary", "what the trace comes to, instead of its records")
    .option(...JSON_OPTION)
    .action(async (file, options) => print((await import("./trace.ts")).showTrace(file, options)));

  if (!withSources) return;
  trace
    .command("replay")
    .description("carry out the calls of a trace again by other policies, and compare")
    .argument("<file>")
    .option(
      "--policy <name|file>",
      "a built-in policy, `kernel` (a model of it), or a file; may be repeated",
      collect,
    )
    .option("--limit <size>", "the size of the address space, as of a 32-bit process: 2G, 3G, 4G")
    .option("--kernel", "by the kernel itself too (32-bit only)")
    .option(...JSON_OPTION)
    .action(async (file, options) =>
      print(await (await import("./trace.ts")).replayTrace(file, options)),
    );
}

function describeAbiCommands(
  abi: Command,
  finish: (status: number) => void,
  withSources: boolean,
): void {
  const print = (lines: readonly string[]) => {
    for (const line of lines) process.stdout.write(`${line}\n`);
    finish(0);
  };

  abi
    .command("list")
    .description("the known ABIs and the packages they were made from")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const [{ abiList, abisData }, { allAbis }] = [
        await import("./abi.ts"),
        await import("../codegen/abi/index.ts"),
      ];
      print(options.json === true ? [jsonText(abisData(allAbis))] : abiList(allAbis));
    });

  abi
    .command("show")
    .description("an ABI in short, or one of its structs field by field")
    .argument("<id>")
    .argument("[struct]")
    .option("--files", "the optional files of the runtime that are not for it, and why")
    .option(...JSON_OPTION)
    .action(async (id, struct, options) => {
      const { abiData, abiFiles, abiShow, requireAbi } = await import("./abi.ts");
      const abi = requireAbi(id);
      if (options.json === true) return print([jsonText(abiData(abi, struct))]);
      print(options.files === true ? await abiFiles(abi) : abiShow(abi, struct));
    });

  if (!withSources) return;
  abi
    .command("diff")
    .description("what moved between two ABIs, and which files of the runtime it concerns")
    .argument("<before>")
    .argument("<after>")
    .option("--used", "leave out the fields that the runtime does not use")
    .action(async (before, after, options) => {
      const [{ abiDiff }, { requireAbi }] = [
        await import("./abi-diff.ts"),
        await import("./abi.ts"),
      ];
      print([abiDiff(requireAbi(before), requireAbi(after), options.used === true)]);
    });

  abi
    .command("verify")
    .description("hold ABIs against the glibc of a system (default: that of this machine)")
    .argument("[id...]")
    .option("--root <folder>", "where the glibc is installed or unpacked", "/")
    .option("--linker <path>", "the linker whose state is compared (default: the one in dist)")
    .action(async (ids, options) => {
      const { verifyAbis } = await import("./abi-verify.ts");
      const reports = await verifyAbis(ids, options, tell);
      print(reports.map((await import("../codegen/verify.ts")).describeReport));
      finish(reports.every(({ passed }) => passed) ? 0 : 1);
    });

  abi
    .command("import")
    .description("describe a glibc from its files and their debug information (needs pahole)")
    .option("--root <folder>", "where the glibc is installed or unpacked", "/")
    .option("--debian <release>", "fetch the packages libc6 and libc6-dbg of a Debian release")
    .option("--debug <path>", "a .debug file or a folder of them; may be repeated", collect)
    .option("--id <id>", "name of the ABI (default: glibc-<version>-<arch>)")
    .addOption(new Option("--arch <arch>").choices(["x86_64", "i386"]).default("x86_64"))
    .action(async (options) => {
      await (await import("./abi-import.ts")).importInto(options, tell);
      finish(0);
    });
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  // Not awaited: in the one file of a package the other modules come behind this line.
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
